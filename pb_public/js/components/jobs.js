// The jobs that run by the clock, and when each ran last.

import { moment, parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { has, intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { Icon } from './icon.js';
import { When } from './when.js';

/** Those that there always are, even before their first run. */
const KNOWN = ['check-and-send-reminders', 'daily-event-digest', 'check-overdue-events'];

/** @param {{runs: {name: string, last_run: string}[], next: string | null}} props next: when the next reminder falls due */
export function Jobs({ runs, next }) {
  const last = new Map(runs.map((run) => [run.name, parse(run.last_run)]));
  const due = parse(next);
  return html`<section aria-labelledby="jobs">
    <div class="jobs-head"><h2 id="jobs">${t('office.jobs')}</h2>
      ${due && html`<p class="muted">${t('office.jobs.next')}<${When} at=${due} form="due" /></p>`}</div>
    <ul class="card rows jobs">
      ${[...new Set([...KNOWN, ...last.keys()])].map((name) => html`<${Job} key=${name} name=${name} at=${last.get(name) ?? null} />`)}
    </ul>
  </section>`;
}

/** @param {{name: string, at: Date | null}} props */
function Job({ name, at }) {
  const key = `office.job.${name}`;
  return html`<li class="job row-item">
    <span class="job-icon"><${Icon} name=${at ? 'history' : 'clock'} /></span>
    <div class="job-words"><p class="strong">${has(key) ? t(key) : name}</p><p class="muted">${has(`${key}.text`) ? t(`${key}.text`) : ''} <code>${name}</code></p></div>
    <p class="job-when">${at ? html`<span class="strong"><${When} at=${at} /></span><span class="muted">${moment(at, viewerZone.value, intl(), new Date())}</span>` : html`<span class="muted">${t('office.jobs.never')}</span>`}</p>
  </li>`;
}
