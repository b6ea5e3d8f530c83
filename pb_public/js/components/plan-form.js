// The form of a plan: its values, what keeps it from being saved, and its steps coming and going.
import { useRef, useState } from 'preact/hooks';
import { savePlan } from '../data/plans.js';
import { useForm } from '../lib/form.js';
import { t } from '../lib/i18n.js';
import { newId } from '../lib/ids.js';
import { faultsOf, formSteps, nextStep, ordered, stampOf } from '../lib/plans.js';
import { go } from '../lib/router.js';
import { toast } from '../lib/state.js';
import { stepsIn } from '../lib/templates.js';
import { firstTemplate } from './plan-step.js';
import { stepError } from './use-sample.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {import('../lib/plans.js').Step} Step */
/** @typedef {import('../lib/templates.js').Template} Template */

/** @param {any} plan @param {any[]} plans @param {() => Promise<void>} refresh @param {(uid: string) => void} choose */
export function usePlanForm(plan, plans, refresh, choose) {
  const [fresh] = useState(newId);
  return useForm({
    initial: {
      name: plan?.name ?? '',
      is_default: plan?.is_default ?? !plans.some((p) => p.is_default),
      event_types: plan?.event_types ?? [],
      steps: formSteps(plan),
      stamp: stampOf(plan),
    },
    draft: `plan/${plan?.id ?? 'new'}`,
    required: ['name'],
    check: (values) => {
      const errors = errorsOf(values.steps);
      const first = Object.keys(errors)[0];
      if (first && values.name.trim()) choose(first.split('.')[1]);
      return errors;
    },
    save: async (values) => {
      try {
        const id = await savePlan(plan, values, fresh);
        await refresh();
        return id;
      } catch (error) {
        throw await shown(error, choose);
      }
    },
    saved: (id) => {
      toast(t('state.saved'));
      if (!plan) go(`/plans/${id}`, { replace: true });
    },
  });
}

/** @param {Step[]} steps @returns {Record<string, string>} */
function errorsOf(steps) {
  return Object.fromEntries(
    ordered(steps).flatMap((step) => faultsOf(step).map((field) => [`steps.${step.uid}.${field}`, stepError(field, '')])),
  );
}

/** What the server refuses of a step is told at its field: so the step is opened. @param {any} error @param {(uid: string) => void} choose */
async function shown(error, choose) {
  const data = error?.response?.data ?? {};
  const place = Object.keys(data).find((name) => name.startsWith('steps.'));
  if (!place) return error;
  choose(place.split('.')[1]);
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const words = Object.entries(data).map(([name, one]) => {
    const field = /^steps\.\w+\.(\w+)$/.exec(name)?.[1];
    return [name, field ? { code: '', message: stepError(field, one.message) } : one];
  });
  return { status: error.status, response: { ...error.response, data: Object.fromEntries(words) } };
}

/** Adding, doubling and taking out steps. @param {Form} form @param {any[]} plans @param {Template[]} templates @param {(uid: string) => void} choose */
export function useSteps(form, plans, templates, choose) {
  const latest = useRef(form);
  latest.current = form;
  const steps = /** @type {Step[]} */ (form.values.steps);
  const model = plans.find((p) => p.is_default && stepsIn(p).length > 0);
  const put = (/** @type {Step} */ step) => {
    form.set('steps', [...steps, step]);
    choose(step.uid);
    requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`field-steps.${step.uid}.days_before`)?.focus()));
  };
  const copies = () => formSteps(model).map((s) => ({ ...s, uid: newId(), id: '' }));
  const remove = (/** @type {Step} */ step) => {
    const rest = steps.filter((s) => s.uid !== step.uid);
    form.set('steps', rest);
    choose('');
    focusNear(steps, step, rest);
    const undo = () => latest.current.set('steps', [...latest.current.values.steps, step]);
    toast(t('plans.removed'), { action: { label: t('action.undo'), run: undo } });
  };
  return {
    remove,
    copy: model && { plan: model.name, run: () => form.set('steps', copies()) },
    add: () => put(nextStep(ordered(steps), (type) => firstTemplate(templates, type))),
    duplicate: (/** @type {Step} */ step) =>
      put({ ...step, uid: newId(), id: '', channels: [...step.channels], audience: [...step.audience] }),
  };
}

/** Where the focus goes when a step is taken out: to the one in its place. @param {Step[]} before @param {Step} gone @param {Step[]} rest */
function focusNear(before, gone, rest) {
  const at = ordered(before).findIndex((s) => s.uid === gone.uid);
  const near = ordered(rest)[Math.min(at, rest.length - 1)];
  const focus = () => document.querySelector(near ? `[id="stop-${near.uid}"]` : '.plan-way button');
  requestAnimationFrame(() => /** @type {HTMLElement | null} */ (focus())?.focus());
}
