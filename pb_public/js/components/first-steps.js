// What to do first in a house where nothing was logged yet.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { atLeast, channels } from '../lib/state.js';
import { LinkButton } from './button.js';
import { Icon } from './icon.js';
import { Empty } from './states.js';

export function FirstSteps() {
  if (!atLeast('staff'))
    return html`<div class="card"><${Empty} icon="calendar-event" title=${t('today.fresh_viewer')} text=${t('today.fresh_viewer_text')} /></div>`;
  const kept = channels.value.some((c) => c.state === 'sandbox' || c.state === 'not_configured');
  const steps = [
    { name: 'log', icon: 'calendar-plus', href: '/events/new', primary: true, shown: true },
    { name: 'invite', icon: 'user-plus', href: '/team', shown: atLeast('admin') },
    { name: 'channels', icon: 'send', href: '/channels', shown: atLeast('admin') && kept },
    { name: 'plans', icon: 'timeline', href: '/plans', shown: atLeast('manager') },
  ].filter((s) => s.shown);
  return html`<section class="card steps" aria-labelledby="steps-title">
    <h2 id="steps-title">${t('today.fresh')}</h2>
    <p class="muted">${t('today.fresh_text')}</p>
    <ol>${steps.map(
      (s) => html`<li key=${s.name} class="step">
      <span class="step-sign"><${Icon} name=${s.icon} /></span>
      <div><h3>${t(`today.step.${s.name}`)}</h3><p class="muted">${t(`today.step.${s.name}_text`)}</p></div>
      <${LinkButton} href=${s.href} primary=${s.primary}>${t(`today.step.${s.name}_do`)}<//>
    </li>`,
    )}</ol>
  </section>`;
}
