// The first way to sign in.
import { useEffect } from 'preact/hooks';
import { enterByPassword, firstProof } from '../data/account.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button } from './button.js';
import { FormError, PasswordField, TextField } from './field.js';

/**
 * @typedef {object} Door what the ways to sign in share
 * @property {string} email what was typed as the address so far
 * @property {boolean} password whether a password is a way
 * @property {string} proof of the first way, where two are asked for
 * @property {(email: string, proof: string) => void} prove goes on to the second way
 * @property {(way: 'password' | 'code' | 'forgotten', email: string) => void} turn to another way
 */

/** @param {{door: Door}} props */
export function PasswordForm({ door }) {
  const form = useForm({
    initial: { email: door.email, password: '' },
    required: ['email', 'password'],
    save: async ({ email, password }) => {
      try {
        await enterByPassword(email.trim(), password, door.proof);
      } catch (error) {
        const proof = firstProof(error);
        const said = refusal(error);
        if (proof) door.prove(email.trim(), proof);
        else if (said) refuse(said);
        else throw error;
      }
    },
  });
  const refuse = (/** @type {string} */ said) => {
    form.fail({}, said);
    requestAnimationFrame(() => /** @type {HTMLInputElement | null} */ (document.getElementById('field-password'))?.select());
  };
  useFirstFocus(form.values.email ? 'password' : 'email');
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <${FormError} form=${form} />
    <${TextField} form=${form} name="email" type="email" label=${t('field.email')} autocomplete="username" />
    <${PasswordField} form=${form} name="password" label=${t('field.password')} />
    <button type="button" class="door-link door-aside" onClick=${() => door.turn('forgotten', form.values.email)}>${t('login.forgotten')}</button>
    <${Button} type="submit" primary wide busy=${form.busy}>${t('login.action')}<//>
  </form>`;
}

/** Why nobody was let in, if it is for what was typed. @param {any} error */
function refusal(error) {
  const { kind } = explain(error);
  if (kind === 'invalid') return t('login.wrong');
  if (kind === 'forbidden') return t('login.inactive');
  return '';
}

/** Begins at a field, or at the heading where a keyboard would open and hide half of the screen. @param {string} name */
export function useFirstFocus(name) {
  useEffect(() => {
    if (document.activeElement?.closest('main input')) return; // somebody is typing already
    const touched = matchMedia('(pointer: coarse)').matches;
    const first = touched ? document.querySelector('main h1') : document.getElementById(`field-${name}`);
    /** @type {HTMLElement | null} */ (first)?.focus({ preventScroll: true });
  }, []);
}
