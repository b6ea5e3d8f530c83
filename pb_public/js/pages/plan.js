// A plan: its reminders on the way to the event, and what they would send.
import { useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { DraftNote } from '../components/draft-note.js';
import { FormError } from '../components/field.js';
import { Menu } from '../components/menu.js';
import { PageHead } from '../components/page.js';
import { usePlanDeletion } from '../components/plan-deletion.js';
import { PlanEffect } from '../components/plan-effect.js';
import { PlanFacts } from '../components/plan-facts.js';
import { usePlanForm, useSteps } from '../components/plan-form.js';
import { PlanSample } from '../components/plan-sample.js';
import { StepEditor, stepForm } from '../components/plan-step.js';
import { PlanTimeline } from '../components/plan-timeline.js';
import { OutdatedNote, SaveBar, useFollowing } from '../components/save-bar.js';
import { Empty, Failure, Skeleton } from '../components/states.js';
import { usePhone } from '../components/use-phone.js';
import { useSample } from '../components/use-sample.js';
import { LIBRARY, readLibrary } from '../data/plans.js';
import { html } from '../lib/html.js';
import { locale, t } from '../lib/i18n.js';
import { MAX_STEPS, ordered, planWrites, stampOf } from '../lib/plans.js';
import { useQuery } from '../lib/query.js';
import { templatesOf, textIn } from '../lib/templates.js';

/** @typedef {import('../lib/plans.js').Step} Step */
/** @typedef {import('../lib/templates.js').Template} Template */

const BACK = () => ({ href: '/plans', label: t('nav.plans') });

/** @param {{params: {id: string}}} props */
export default function PlanPage({ params }) {
  const { data, problem, reload, set } = useQuery('library', readLibrary, { live: LIBRARY });
  if (problem && !data) return html`<div class="page wide"><${Failure} heading problem=${problem} retry=${reload} /></div>`;
  if (!data)
    return html`<div class="page wide"><${PageHead} title=${'\u00a0'} name=${t('nav.plans')} back=${BACK()} /><${Skeleton} kind="block plan-wait" /></div>`;
  const plan = data.plans.find((/** @type {any} */ one) => one.id === params.id);
  if (!plan && params.id !== 'new') {
    const missing = { title: t('plans.missing'), href: '/plans', label: t('nav.plans') };
    return html`<div class="page wide"><${Failure} heading problem=${{ kind: 'missing', message: '', fields: {} }} retry=${reload} missing=${missing} /></div>`;
  }
  const refresh = async () => set(await readLibrary());
  return html`<${Editor} key=${params.id} plan=${plan ?? null} plans=${data.plans} templates=${templatesOf(data.templates)} refresh=${refresh} />`;
}

/** @param {{plan: any, plans: any[], templates: Template[], refresh: () => Promise<void>}} props */
function Editor({ plan, plans, templates, refresh }) {
  const [chosen, setChosen] = useState('');
  const form = usePlanForm(plan, plans, refresh, setChosen);
  const { values } = form;
  const templateOf = (/** @type {string} */ uid) => templateIn(templates, values.steps, uid);
  const titleOf = (/** @type {Step} */ s) => textIn(templateOf(s.uid), locale.value)?.title ?? t(`reminder.${s.reminder_type}`);
  const sample = useSample(values.steps, values.event_types[0] ?? 'customer_visit', titleOf);
  const { remove, dialog } = usePlanDeletion(plan);
  const unsaved = planWrites(plan, /** @type {any} */ (values), '').length > 0 && (plan !== null || isBegun(values));
  const outdated = values.stamp !== stampOf(plan);
  useFollowing(form, outdated);
  const menu = [{ label: t('plans.delete'), icon: 'trash', danger: true, run: remove }];
  return html`<form class="page wide plan-page" noValidate onSubmit=${form.submit}>
    <${PageHead} title=${plan?.name ?? t('plans.new')} back=${BACK()}>${plan && !plan.is_default && html`<${Menu} label=${t('action.more')} items=${menu} />`}<//>
    ${unsaved && html`<${DraftNote} form=${form} />`}
    ${form.dirty && outdated && html`<${OutdatedNote} take=${form.reset} />`}
    <${PlanFacts} form=${form} plan=${plan} plans=${plans} />
    <${Way} form=${form} plans=${plans} templates=${templates} chosen=${chosen} onChoose=${setChosen} sample=${sample} titleOf=${titleOf} templateOf=${templateOf} />
    ${plan && html`<${PlanEffect} plan=${plan} plans=${plans} unsaved=${unsaved} />`}
    <${FormError} form=${form} />
    <${SaveBar} form=${form} fresh=${!plan} unsaved=${unsaved ? t('plans.unsaved') : ''} discard=${form.reset} save=${t('action.save')} />
  </form>${dialog}`;
}

/** @param {Template[]} templates @param {Step[]} steps @param {string} uid @returns {Template | undefined} the template that a step sends */
function templateIn(templates, steps, uid) {
  const step = steps.find((s) => s.uid === uid);
  return templates.find((one) => one.records.some((r) => r.id === step?.template));
}

/** Whether something of a new plan is on the screen. @param {Record<string, any>} values */
const isBegun = (values) => values.name !== '' || values.steps.length > 0 || values.event_types.length > 0;

/**
 * The steps on their way to the event, the chosen one's form, and what all would send.
 * @param {object} props
 * @param {import('../lib/form.js').Form} props.form
 * @param {any[]} props.plans
 * @param {Template[]} props.templates
 * @param {string} props.chosen
 * @param {(uid: string) => void} props.onChoose
 * @param {import('../components/use-sample.js').Sample} props.sample
 * @param {(step: Step) => string} props.titleOf
 * @param {(uid: string) => Template | undefined} props.templateOf
 */
function Way({ form, plans, templates, chosen, onChoose, sample, titleOf, templateOf }) {
  const phone = usePhone();
  const all = /** @type {Step[]} */ (form.values.steps);
  const steps = useSteps(form, plans, templates, onChoose);
  const errors = Object.keys({ ...sample.errors, ...form.errors });
  const wrong = all.filter((s) => errors.some((name) => name.startsWith(`steps.${s.uid}.`))).map((s) => s.uid);
  const step = all.find((s) => s.uid === chosen) ?? (phone ? undefined : ordered(all)[0]);
  const uid = step?.uid ?? '';
  const choose = (/** @type {string} */ to) => onChoose(phone && to === uid ? '' : to);
  const [read, setRead] = useState(''); // on a phone what is read and what is edited are apart, or one would push the other away
  const reading = phone ? { chosen: read, onChoose: setRead } : { chosen: uid, onChoose: (/** @type {string} */ to) => to && onChoose(to) };
  const editor =
    step &&
    html`<${StepEditor} key=${uid} form=${stepForm(form, step, sample.errors)} step=${step} templates=${templates} inPlace=${phone}
    onDuplicate=${() => steps.duplicate(step)} onRemove=${() => steps.remove(step)} />`;
  return html`<section class="card plan-way" aria-labelledby="way-title">
      <header class="plan-way-head"><h2 id="way-title">${t('plans.way')}</h2>${all.length < MAX_STEPS && html`<${Button} icon="plus" onClick=${steps.add}>${t('plans.add')}<//>`}</header>
      ${
        all.length === 0
          ? html`<${NoSteps} copy=${steps.copy} />`
          : html`<${PlanTimeline} steps=${all} chosen=${uid} onChoose=${choose} wrong=${wrong}
        titleOf=${titleOf} dates=${sample.dates} eventDate=${sample.startWords} editor=${phone ? editor : null} />`
      }
    </section>
    ${
      all.length > 0 &&
      html`<div class=${phone ? 'plan-columns one' : 'plan-columns'}>
      ${!phone && html`<div class="card plan-chosen">${editor}</div>`}
      <${PlanSample} ...${reading} sample=${sample} templateOf=${templateOf} />
    </div>`
    }`;
}

/** @param {{copy?: {plan: string, run: () => void}}} props copy: takes over the reminders of another plan */
function NoSteps({ copy }) {
  return html`<${Empty} icon="timeline" title=${t('plans.no_steps')} text=${t('plans.no_steps_text')}>
    ${copy && html`<${Button} icon="copy" onClick=${copy.run}>${t('plans.copy_default', { plan: copy.plan })}<//>`}
  <//>`;
}
