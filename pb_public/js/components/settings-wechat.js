// By which kind of message WeChat reaches people.
import { changeSettings, readSettings } from '../data/account.js';
import { useFollow } from '../lib/follow.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { toast } from '../lib/state.js';
import { Button } from './button.js';
import { Field, FormError } from './field.js';
import { Section } from './section.js';

const SENDERS = ['template', 'subscription'];

/** @param {{data: {company: import('../data/account.js').Company, record: any}, onSaved: (data: any) => void}} props */
export function SettingsWeChat({ data: { record }, onSaved }) {
  const form = useForm({
    initial: { wechat_sender: record.wechat_sender || SENDERS[0] },
    save: async ({ wechat_sender }) => {
      await changeSettings(record.id, { wechat_sender });
      return readSettings();
    },
    saved: (saved) => {
      onSaved(saved);
      toast(t('state.saved'));
    },
  });
  useFollow(form, record.updated);
  return html`<${Section} id="wechat" title=${t('channel.wechat')} text=${t('settings.wechat.text')}>
    <form class="form setting-body" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <${Field} form=${form} name="wechat_sender" label=${t('settings.wechat.sender')} group>
        ${SENDERS.map((one) => html`<${Sender} key=${one} form=${form} name=${one} />`)}
      <//>
      <div class="setting-actions"><${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//></div>
    </form>
  <//>`;
}

/** @param {{form: import('../lib/form.js').Form, name: string}} props */
function Sender({ form, name }) {
  const id = `sender-${name}`;
  return html`<div class="sender-choice">
    <input type="radio" id=${id} name="wechat_sender" value=${name} checked=${form.values.wechat_sender === name} aria-describedby=${`${id}-text`}
      onChange=${() => form.set('wechat_sender', name)} />
    <label for=${id}>${t(`settings.wechat.${name}`)}</label>
    <p class="field-hint" id=${`${id}-text`}>${t(`settings.wechat.${name}_text`)}</p>
  </div>`;
}
