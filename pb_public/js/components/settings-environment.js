// Which variables of the server's environment are set. Their values stay on the server.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';
import { Section } from './section.js';

/** @typedef {{name: string, set: boolean}} Variable */

/** What a variable is about, by how its name begins; the first that fits. @type {[string, RegExp][]} */
const GROUPS = [
  ['reminders', /^(EVENT_REMINDER|REMINDER)_/],
  ['email', /^(EMAIL|SMTP)_|^DEFAULT_FROM_EMAIL$/],
  ['sms', /^(SMS|TWILIO)_/],
  ['wechat', /^WECHAT_/],
  ['server', /./],
];

/** @param {Variable[]} all @returns {[string, Variable[]][]} */
function grouped(all) {
  const of = (/** @type {Variable} */ one) => GROUPS.find(([, begins]) => begins.test(one.name))?.[0];
  return /** @type {[string, Variable[]][]} */ (GROUPS.map(([group]) => [group, all.filter((one) => of(one) === group)])).filter(
    ([, some]) => some.length > 0,
  );
}

/** @param {{environment: Variable[]}} props */
export function SettingsEnvironment({ environment }) {
  if (environment.length === 0) return null;
  return html`<${Section} id="environment" title=${t('settings.environment')} text=${t('settings.environment_text')}>
    ${grouped(environment).map(
      ([group, some]) => html`<div key=${group} class="env-group">
      <h3 id=${`variables-${group}`}>${t(`settings.group.${group}`)}</h3>
      <ul class="env-list" aria-labelledby=${`variables-${group}`}>${some.map(
        (one) => html`<li key=${one.name} class=${one.set ? 'set' : ''}>
        <code>${one.name.split('_').map((part, i) => html`${i > 0 && html`_<wbr />`}${part}`)}</code>
        <span class="env-state">${one.set && html`<${Icon} name="check" />`}${t(one.set ? 'settings.set' : 'settings.not_set')}</span>
      </li>`,
      )}</ul>
    </div>`,
    )}
  <//>`;
}
