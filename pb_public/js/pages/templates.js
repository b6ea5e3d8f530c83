// All templates, by what they are for: their titles, their languages, and the plans that send them.
import { LinkButton } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { SearchBox } from '../components/search-box.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { Uses } from '../components/template-uses.js';
import { LIBRARY, readLibrary } from '../data/plans.js';
import { html } from '../lib/html.js';
import { languageName, locale, number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { typeIcon } from '../lib/status.js';
import { LANGUAGES, REMINDER_TYPES, templatesOf, textIn, usesOf } from '../lib/templates.js';

/** @typedef {import('../lib/templates.js').Template} Template */

/** From so many on one searches instead of looking. */
const MANY = 10;

/** @param {{query: Record<string, string>}} props */
export default function Templates({ query }) {
  const { data, problem, reload } = useQuery('library', readLibrary, { live: LIBRARY });
  const q = query.q ?? '';
  const all = data ? templatesOf(data.templates) : [];
  const shown = all.filter((/** @type {Template} */ one) => found(one, q));
  return html`<div class="page tpl-list">
    <${PageHead} title=${t('nav.templates')} sub=${t('templates.sub')}><${LinkButton} href="/templates/new" icon="plus" primary>${t('templates.new')}<//><//>
    ${(all.length >= MANY || q) && html`<div class="toolbar"><${SearchBox} q=${q} label=${t('templates.search')} clears=${[]} /></div>`}
    ${body()}
  </div>`;

  function body() {
    if (problem && !data) return html`<${Failure} problem=${problem} retry=${reload} />`;
    if (!data) return html`<${SkeletonRows} count=${6} />`;
    if (all.length === 0)
      return html`<div class="card"><${Empty} icon="template" title=${t('templates.none')} text=${t('templates.none_text')}><${LinkButton} href="/templates/new" icon="plus" primary>${t('templates.new')}<//><//></div>`;
    if (shown.length === 0) return html`<div class="card"><${Empty} icon="search" title=${t('state.nothing_found')} /></div>`;
    return REMINDER_TYPES.map(
      (type) =>
        html`<${Group} key=${type} type=${type} templates=${shown.filter((/** @type {Template} */ one) => one.type === type)} plans=${data.plans} />`,
    );
  }
}

/** @param {Template} template @param {string} q */
function found(template, q) {
  const words = `${template.key} ${template.records.map((r) => r.title).join(' ')}`.toLowerCase();
  return words.includes(q.trim().toLowerCase());
}

/** @param {{type: string, templates: Template[], plans: any[]}} props */
function Group({ type, templates, plans }) {
  if (templates.length === 0) return null;
  return html`<section class="tpl-section" aria-labelledby=${`type-${type}`}>
    <header class="group-head tpl-group"><span class="sign tone-accent"><${Icon} name=${typeIcon(type)} /></span><h2 id=${`type-${type}`}>${t(`reminder.${type}`)}</h2><span class="count">${number(templates.length)}</span></header>
    <ul class="card rows">${templates.map((one) => html`<${Row} key=${one.key} template=${one} uses=${usesOf(one, plans)} />`)}</ul>
  </section>`;
}

/** @param {{template: Template, uses: {plan: any, step: any}[]}} props */
function Row({ template, uses }) {
  const own = textIn(template, locale.value);
  const others = LANGUAGES.map((one) => template.texts[one]).filter((r) => r && r.id !== own.id);
  return html`<li class="row-item tpl-row">
    <div class="tpl-what">
      <a class="cover strong" href=${`/templates/${template.key}`} lang=${own.locale}>${own.title}</a>
      <p class="muted tpl-others">${others.map((r) => html`<span key=${r.id} lang=${r.locale}>${r.title}</span>`)}</p>
    </div>
    <${Languages} template=${template} />
    <div class="tpl-row-uses"><${Uses} uses=${uses} quiet /></div>
  </li>`;
}

/** @param {{template: Template}} props */
function Languages({ template }) {
  return html`<ul class="tpl-marks" aria-label=${t('templates.languages')}>${LANGUAGES.map((one) => {
    const name = languageName(one);
    const there = Boolean(template.texts[one]);
    return html`<li key=${one} class=${there ? 'tpl-mark' : 'tpl-mark lacking'} title=${there ? name : t('templates.lacking', { language: name })}>
      <span aria-hidden="true" lang=${one}>${t(`templates.short.${one}`)}</span><span class="sr-only">${there ? name : t('templates.lacking', { language: name })}</span>
    </li>`;
  })}</ul>`;
}
