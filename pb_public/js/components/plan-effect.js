// What a change of a plan means for the events that are planned already, and bringing them into line.
import { useState } from 'preact/hooks';
import { eventsUnder, replanAll } from '../data/plans.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { toast } from '../lib/state.js';
import { Button } from './button.js';
import { confirm } from './dialog.js';
import { Icon } from './icon.js';

/** @param {{plan: any, plans: any[], unsaved: boolean}} props */
export function PlanEffect({ plan, plans, unsaved }) {
  const [done, setDone] = useState(/** @type {number | null} */ (null));
  const events = useQuery(
    `under/${plan.id}/${plans.map((p) => `${p.id}${p.is_default}${p.event_types}`).join()}`,
    () => eventsUnder(plans, plan.id, new Date()),
    { live: ['events'], wait: 1500, sticky: true },
  );
  const n = events.data?.length ?? 0;
  const again = async () => {
    const all = events.data;
    if (
      !(await confirm({
        title: t('plans.replan_title', { n }),
        text: t('plans.replan_text'),
        action: t('plans.replan_action'),
        icon: 'refresh',
      }))
    )
      return;
    setDone(0);
    const failed = await replanAll(all, setDone);
    setDone(null);
    toast(failed > 0 ? t('plans.replan_failed', { n: failed }) : t('plans.replan_done', { n: all.length, count: number(all.length) }), {
      bad: failed > 0,
    });
  };
  return html`<section class="plan-effect">
    <${Icon} name="info-circle" />
    <div>
      <p class="strong">${events.data ? t('plans.follow', { n, count: number(n) }) : '\u00a0'}</p>
      <p class="muted">${t('plans.effect')}</p>
    </div>
    ${n > 0 && !unsaved && html`<${Button} icon="refresh" busy=${done !== null} onClick=${again}>${done === null ? t('plans.replan_action') : t('plans.replanning', { done: number(done), all: number(n) })}<//>`}
  </section>`;
}
