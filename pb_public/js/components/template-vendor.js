// What providers ask for: the numbers of the templates that they approved, and the values that these take.
import { useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { LOCALES, t } from '../lib/i18n.js';
import { newPair } from '../lib/templates.js';
import { Button, IconButton } from './button.js';
import { TextField } from './field.js';
import { Icon } from './icon.js';
import { faultWords } from './liquid-field.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {import('../lib/liquid.js').Refusal} Refusal */
/** @typedef {import('../lib/templates.js').Pair} Pair */

const FIELDS = ['sms_template_code', 'sms_template_code_intl', 'sms_params', 'wechat_template_id', 'wechat_data'];

/**
 * Folded, since most companies never need it; open where something is wrong.
 * @param {{form: Form, languages: string[], current: string, faults: (language: string) => Record<string, Refusal>}} props current: the language that a phone shows
 */
export function Approvals({ form, languages, current, faults }) {
  const [open, setOpen] = useState(false);
  const used = languages.filter((one) => FIELDS.some((field) => form.values[`${one}.${field}`]?.length > 0)).length;
  const wrong = languages.some((one) => FIELDS.some((field) => faults(one)[field] || form.errors[`${one}.${field}`]));
  return html`<details class="card tpl-approvals" open=${open || wrong} onToggle=${(/** @type {any} */ e) => setOpen(e.currentTarget.open)}>
    <summary><${Icon} name="chevron-right" /><h2>${t('templates.approvals')}</h2>${used > 0 && html`<span class="count">${t('templates.approvals_used', { n: used })}</span>`}</summary>
    <p class="muted tpl-approvals-note">${t('templates.approvals_note')}</p>
    <div class="tpl-columns">
      ${languages.map(
        (one) => html`<div key=${one} class=${one === current ? 'tpl-column current' : 'tpl-column'}>
        <h3 lang=${one}>${LOCALES.find((l) => l.code === one)?.name}</h3>
        <${TextField} form=${form} name=${`${one}.sms_template_code`} label=${t('templates.sms_code')} hint=${t('templates.sms_code_hint')} />
        <${TextField} form=${form} name=${`${one}.sms_template_code_intl`} label=${t('templates.sms_code_intl')} hint=${t('templates.sms_code_intl_hint')} />
        <${Pairs} form=${form} name=${`${one}.sms_params`} label=${t('templates.sms_params')} hint=${t('templates.sms_params_hint')} example="customer" fault=${faults(one).sms_params} />
        <${TextField} form=${form} name=${`${one}.wechat_template_id`} label=${t('templates.wechat_id')} hint=${t('templates.wechat_id_hint')} />
        <${Pairs} form=${form} name=${`${one}.wechat_data`} label=${t('templates.wechat_data')} hint=${t('templates.wechat_data_hint')} example="thing1" fault=${faults(one).wechat_data} />
      </div>`,
      )}
    </div>
  </details>`;
}

/** Values by name. @param {{form: Form, name: string, label: string, hint: string, example: string, fault?: Refusal}} props */
function Pairs({ form, name, label, hint, example, fault }) {
  const pairs = /** @type {Pair[]} */ (form.values[name] ?? []);
  const id = `field-${name}`;
  const part = fault?.params?.part;
  const text = pairs.find((p) => p.name === part)?.text ?? '';
  const words = fault ? (part ? `${part}: ` : '') + faultWords(text, fault) : form.errors[name];
  const put = (/** @type {Pair} */ pair, /** @type {Partial<Pair>} */ to) =>
    form.set(
      name,
      pairs.map((p) => (p.id === pair.id ? { ...p, ...to } : p)),
    );
  return html`<div class=${words ? 'field invalid' : 'field'} role="group" aria-labelledby=${`${id}-label`} data-field=${name}>
    <span class="label" id=${`${id}-label`}>${label}</span>
    ${pairs.map(
      (p) => html`<div class="tpl-pair" key=${p.id}>
      <input class="input" type="text" value=${p.name} placeholder=${example} aria-label=${t('templates.pair_name')} maxlength="64" autocapitalize="none" spellcheck="false" autocomplete="off"
        onInput=${(/** @type {any} */ e) => put(p, { name: e.target.value })} />
      <input class="input" type="text" value=${p.text} placeholder="{{ event.title }}" aria-label=${t('templates.pair_text')} data-liquid autocomplete="off"
        aria-invalid=${words && (part === p.name || !part) ? 'true' : null} onInput=${(/** @type {any} */ e) => put(p, { text: e.target.value })} />
      <${IconButton} icon="trash" label=${t('action.remove_one', { name: p.name })} onClick=${() =>
        form.set(
          name,
          pairs.filter((one) => one.id !== p.id),
        )} />
    </div>`,
    )}
    ${words && html`<p class="field-error" id=${`${id}-error`}><${Icon} name="alert-circle" /><span>${words}</span></p>`}
    ${!words && html`<p class="field-hint">${hint}</p>`}
    <div><${Button} icon="plus" onClick=${() => form.set(name, [...pairs, newPair()])}>${t('templates.pair_add')}<//></div>
  </div>`;
}
