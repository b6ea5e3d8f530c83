// A message that is not sent yet, as its readers would see it, in each of their languages.
import { useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { languageName, t } from '../lib/i18n.js';
import { Choice } from './button.js';
import { Dialog } from './dialog.js';
import { MailView } from './mail-view.js';

/** Whether a reminder goes by mail; other channels send its text. @param {any} reminder */
export const byMail = (reminder) => (reminder.channels ?? []).includes('email');

/** @param {{reminder: any, onClose: () => void}} props */
export function PreviewMessage({ reminder, onClose }) {
  const [at, setAt] = useState(0);
  const message = reminder.messages[at] ?? reminder.messages[0];
  const options = reminder.messages.map((/** @type {any} */ one, /** @type {number} */ i) => ({
    value: String(i),
    label: languageName(one.locale),
  }));
  return html`<${Dialog} wide title=${reminder.title} onClose=${onClose}>
    <div class="dialog-body preview-message">
      ${options.length > 1 && html`<${Choice} label=${t('field.language')} options=${options} value=${String(at)} onChange=${(/** @type {string} */ to) => setAt(Number(to))} />`}
      ${
        byMail(reminder)
          ? html`<p class="strong" dir="auto" lang=${message.locale}>${message.subject}</p>
            <${MailView} message=${{ id: `${message.locale}-${at}`, html: message.html, locale: message.locale }} />`
          : html`<p class="preview-text" dir="auto" lang=${message.locale}>${message.text}</p>`
      }
    </div>
  <//>`;
}
