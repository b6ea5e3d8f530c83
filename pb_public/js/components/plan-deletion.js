// Deleting a plan: not while open events have chosen it.
import { useState } from 'preact/hooks';
import { deletePlan, eventsThatChose } from '../data/plans.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { toast } from '../lib/state.js';
import { tried } from '../lib/tried.js';
import { Button } from './button.js';
import { confirm, Dialog } from './dialog.js';

/** @param {any} plan */
export function usePlanDeletion(plan) {
  const [inUse, setInUse] = useState(/** @type {any} */ (null));
  const remove = () =>
    tried(async () => {
      const chosen = await eventsThatChose(plan.id);
      if (chosen.totalItems > 0) {
        setInUse(chosen);
        return;
      }
      const question = { title: t('plans.delete_title'), text: t('plans.delete_text', { plan: plan.name }) };
      if (!(await confirm({ ...question, action: t('action.delete'), icon: 'trash', danger: true }))) return;
      await deletePlan(plan.id);
      toast(t('plans.deleted'));
      go('/plans', { replace: true });
    });
  return { remove, dialog: inUse && html`<${InUse} chosen=${inUse} onClose=${() => setInUse(null)} />` };
}

/** @param {{chosen: {items: any[], totalItems: number}, onClose: () => void}} props */
function InUse({ chosen, onClose }) {
  const more = chosen.totalItems - chosen.items.length;
  return html`<${Dialog} title=${t('plans.delete_used')} onClose=${onClose}>
    <div class="dialog-body">
      <p>${t('plans.delete_used_text', { n: chosen.totalItems, count: number(chosen.totalItems) })}</p>
      <ul class="tpl-uses">${chosen.items.map((e) => html`<li key=${e.id}><a href=${`/events/${e.id}`}>${e.title}</a></li>`)}${more > 0 && html`<li class="muted">${t('plans.and_more', { n: more, count: number(more) })}</li>`}</ul>
    </div>
    <footer class="dialog-foot"><${Button} first onClick=${onClose}>${t('action.close')}<//></footer>
  <//>`;
}
