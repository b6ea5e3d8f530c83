// A template: what a reminder says, in three languages, and what becomes of it.
import { useState } from 'preact/hooks';
import { DraftNote } from '../components/draft-note.js';
import { FormError, SelectField, TextField } from '../components/field.js';
import { Menu } from '../components/menu.js';
import { PageHead } from '../components/page.js';
import { OutdatedNote, SaveBar, useFollowing } from '../components/save-bar.js';
import { Failure, Skeleton } from '../components/states.js';
import { useTemplateDeletion } from '../components/template-deletion.js';
import { LanguageChoice, TemplateTexts } from '../components/template-editor.js';
import { draftOf, madeKey, useAnswers, useTemplateForm } from '../components/template-form.js';
import { TemplatePreview } from '../components/template-preview.js';
import { Uses } from '../components/template-uses.js';
import { Approvals } from '../components/template-vendor.js';
import { useInsertion, Variables } from '../components/variables.js';
import { LIBRARY, previewTemplate, readLibrary } from '../data/plans.js';
import { html } from '../lib/html.js';
import { languageName, list, locale, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { changedIn, isBlank, outdatedIn, REMINDER_TYPES, templatesOf, textIn, usesOf } from '../lib/templates.js';

/** @typedef {import('../lib/templates.js').Template} Template */

const BACK = () => ({ href: '/templates', label: t('nav.templates') });

/** @param {{params: {key: string}}} props */
export default function TemplatePage({ params }) {
  const { data, problem, reload, set } = useQuery('library', readLibrary, { live: LIBRARY });
  if (problem && !data) return html`<div class="page wide"><${Failure} heading problem=${problem} retry=${reload} /></div>`;
  const all = data && templatesOf(data.templates);
  const template = all?.find((/** @type {Template} */ one) => one.key === params.key);
  if (all && !template && params.key !== 'new') {
    const missing = { title: t('templates.missing'), href: '/templates', label: t('nav.templates') };
    return html`<div class="page wide"><${Failure} heading problem=${{ kind: 'missing', message: '', fields: {} }} retry=${reload} missing=${missing} /></div>`;
  }
  if (!all)
    return html`<div class="page wide"><${PageHead} title=${'\u00a0'} name=${t('nav.templates')} back=${BACK()} /><${Skeleton} kind="block tpl-wait" /></div>`;
  const taken = all.map((/** @type {Template} */ one) => one.key);
  const refresh = async () => set(await readLibrary());
  return html`<${Editor} key=${params.key} template=${template} plans=${data.plans} taken=${taken} refresh=${refresh} />`;
}

/** @param {{template: Template | undefined, plans: any[], taken: string[], refresh: () => Promise<void>}} props */
function Editor({ template, plans, taken, refresh }) {
  const [picked, setPicked] = useState('');
  const form = useTemplateForm({ template, taken, refresh, choose: setPicked });
  const { values } = form;
  const current = picked || (values.open.includes(locale.value) ? locale.value : values.open[0]);
  const [event, setEvent] = useState(/** @type {any} */ (null));
  const insertion = useInsertion();
  const answers = useAnswers(values, event?.id ?? '');
  const offered = useQuery(`variables/${current}/${event?.id ?? ''}`, () => previewTemplate({ locale: current, event: event?.id }), {
    sticky: true,
  });
  const changed = changedIn(template, values);
  const outdated = outdatedIn(template, values).length > 0;
  useFollowing(form, outdated);
  const { remove, removeText, dialog } = useTemplateDeletion(template, plans, refresh);
  const faults = (/** @type {string} */ one) => answers[one].refused;
  const written = values.open.filter((/** @type {string} */ one) => !isBlank(values, one));
  const mark = (/** @type {any} */ one) =>
    Object.keys(faults(one)).length > 0 ? 'alert-circle' : changed.includes(one) ? 'pencil' : undefined;
  const menu = [{ label: t('templates.delete'), icon: 'trash', danger: true, run: remove }];
  return html`<form class="page wide template-page" ref=${insertion.root} noValidate onSubmit=${form.submit} onFocusIn=${insertion.noticed}>
    <${PageHead} title=${textIn(template, locale.value)?.title || t('templates.new')} back=${BACK()}>${template && html`<${Menu} label=${t('action.more')} items=${menu} />`}<//>
    ${changed.length > 0 && html`<${DraftNote} form=${form} />`}
    ${form.dirty && outdated && html`<${OutdatedNote} take=${form.reset} />`}
    <div class="card tpl-facts"><${Facts} form=${form} template=${template} taken=${taken} uses=${usesOf(template, plans)} /></div>
    <div class="card tpl-texts">
      <${LanguageChoice} current=${current} onCurrent=${setPicked} marks=${mark} />
      <${Variables} variables=${offered.data?.variables} insert=${insertion.insert} />
      <${TemplateTexts} form=${form} current=${current} changed=${changed} stored=${Object.keys(template?.texts ?? {})} faults=${faults} onDelete=${removeText} />
    </div>
    ${values.open.length > 0 && html`<${Approvals} form=${form} languages=${values.open} current=${current} faults=${faults} />`}
    ${
      written.length > 0 &&
      html`<${TemplatePreview} languages=${written} current=${current} answer=${(/** @type {string} */ one) => answers[one]} event=${event} onEvent=${setEvent}
      draft=${(/** @type {string} */ one) => draftOf(values, one, event?.id ?? '')} />`
    }
    <${FormError} form=${form} />
    <${SaveBar} form=${form} fresh=${!template} unsaved=${unsavedWords(template, values, changed)} discard=${form.reset} save=${t('action.save')} />
  </form>${dialog}`;
}

/** @param {Template | undefined} template @param {Record<string, any>} values @param {string[]} changed languages */
function unsavedWords(template, values, changed) {
  if (changed.length === 0) return '';
  const all = template && values.reminder_type !== template.type;
  return all ? t('plans.unsaved') : t('templates.unsaved', { languages: list(changed.map(languageName)) });
}

/** @param {{form: import('../lib/form.js').Form, template: Template | undefined, taken: string[], uses: {plan: any, step: any}[]}} props */
function Facts({ form, template, taken, uses }) {
  const types = REMINDER_TYPES.map((value) => ({ value, label: t(`reminder.${value}`) }));
  const key = form.values.named ? form.values.key : madeKey(form.values, taken);
  const named = /** @type {any} */ ({
    ...form,
    values: { key },
    set: (/** @type {string} */ _name, /** @type {string} */ value) => form.fill({ key: value, named: true }),
  });
  return html`<${SelectField} form=${form} name="reminder_type" label=${t('templates.type')} options=${types} />
    ${
      template
        ? html`<div class="field"><span class="label">${t('templates.used_by')}</span><${Uses} uses=${uses} /></div>`
        : html`<${TextField} form=${named} name="key" label=${t('templates.key')} hint=${t('templates.key_hint')} maxlength=${80} />`
    }`;
}
