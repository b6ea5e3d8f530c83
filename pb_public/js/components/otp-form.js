// The second way to sign in: a code that comes by mail.
import { useEffect, useState } from 'preact/hooks';
import { enterByCode, firstProof, requestCode } from '../data/account.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { announce, toast } from '../lib/state.js';
import { Button } from './button.js';
import { FormError, TextField } from './field.js';
import { useFirstFocus } from './password-form.js';

/** @typedef {import('./password-form.js').Door} Door */

const DIGITS = 8;
const PAUSE = 30; // seconds before another code can be asked for

/** @typedef {{to: string, request: string}} Sent where a code went, and what it belongs to */

/** @param {{door: Door, now: boolean}} props now: somebody has just asked for it, so that a known address needs no further click */
export function CodeForm({ door, now }) {
  const [sent, setSent] = useState(/** @type {Sent | null} */ (null));
  return sent
    ? html`<${EnterCode} door=${door} sent=${sent} onSent=${setSent} />`
    : html`<${AskForCode} door=${door} now=${now} onSent=${setSent} />`;
}

/** @param {{door: Door, now: boolean, onSent: (sent: Sent) => void}} props */
function AskForCode({ door, now, onSent }) {
  const form = useForm({
    initial: { email: door.email },
    required: ['email'],
    save: async ({ email }) => ({ to: email.trim(), request: await requestCode(email.trim()) }),
    saved: onSent,
  });
  useFirstFocus('email');
  useEffect(() => {
    if (now && door.email.includes('@')) form.submit();
  }, []);
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <p class="muted">${t('login.code_text')}</p>
    <${FormError} form=${form} />
    <${TextField} form=${form} name="email" type="email" label=${t('field.email')} autocomplete="username" />
    <${Button} type="submit" primary wide icon="mail" busy=${form.busy}>${t('login.code_action')}<//>
    ${door.password && html`<button type="button" class="door-link" onClick=${() => door.turn('password', form.values.email)}>${t('login.by_password')}</button>`}
  </form>`;
}

/** @param {{door: Door, sent: Sent, onSent: (sent: Sent) => void}} props */
function EnterCode({ door, sent, onSent }) {
  const form = useForm({
    initial: { code: '' },
    check: ({ code }) =>
      /** @type {Record<string, string>} */ (code.length === DIGITS ? {} : { code: t('login.code_short', { n: DIGITS }) }),
    save: async ({ code }) => {
      try {
        await enterByCode(sent.request, code, door.proof);
      } catch (error) {
        const proof = firstProof(error);
        const { kind } = explain(error);
        if (proof) door.prove(sent.to, proof);
        else if (kind === 'invalid') form.fail({ code: t('login.code_wrong') });
        else if (kind === 'forbidden') form.fail({}, t('login.inactive'));
        else throw error;
      }
    },
  });
  useEffect(() => document.getElementById('field-code')?.focus({ preventScroll: true }), [sent]);
  const digits = /** @type {typeof form} */ ({
    ...form,
    set: (name, typed) => {
      form.set(name, digitsOf(typed));
      if (digitsOf(typed).length === DIGITS) form.submit(); // a whole code needs no button
    },
  });
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <p class="door-sent">${t('login.code_sent', { email: sent.to })}</p>
    <${FormError} form=${form} />
    <div class="door-code"><${TextField} form=${digits} name="code" label=${t('login.code')} autocomplete="one-time-code" inputmode="numeric" dir="ltr" /></div>
    <${Button} type="submit" primary wide busy=${form.busy}>${t('login.action')}<//>
    <div class="door-row">
      <${Again} sent=${sent} onSent=${onSent} />
      ${door.password && html`<button type="button" class="door-link" onClick=${() => door.turn('password', sent.to)}>${t('login.by_password')}</button>`}
    </div>
  </form>`;
}

/** What is left of what was typed or pasted: digits, of whatever width. @param {string} typed */
const digitsOf = (typed) => typed.normalize('NFKC').replace(/\D/g, '').slice(0, DIGITS);

/** Another code, once the first has had time to come. @param {{sent: Sent, onSent: (sent: Sent) => void}} props */
function Again({ sent, onSent }) {
  const [left, setLeft] = useState(PAUSE);
  useEffect(() => {
    setLeft(PAUSE);
    const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000);
    return () => clearInterval(timer);
  }, [sent]);
  if (left > 0) return html`<span class="muted">${t('login.code_again_in', { n: left })}</span>`;
  const again = async () => {
    try {
      onSent({ to: sent.to, request: await requestCode(sent.to) });
      announce(t('login.code_sent', { email: sent.to }));
    } catch (error) {
      toast(t(`error.${explain(error).kind}`), { bad: true });
    }
  };
  return html`<button type="button" class="door-link" onClick=${again}>${t('login.code_again')}</button>`;
}
