// What a page shows when it has nothing to show: still loading, empty, failed, not allowed.

import { sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { Button, LinkButton } from './button.js';
import { Icon } from './icon.js';
import { useTitle } from './page.js';

/**
 * @param {{icon: string, title: string, text?: any, tone?: string, heading?: boolean, children?: any}} props heading: nothing above it names the page
 */
export function Empty({ icon, title, text, tone, heading, children }) {
  return html`<div class=${`state ${tone ? `tone-${tone}` : ''}`}>
    <span class="state-icon"><${Icon} name=${icon} /></span>
    ${heading ? html`<${Heading} title=${title} />` : html`<p class="state-title">${title}</p>`}
    ${text && html`<p class="state-text">${text}</p>`}
    ${children && html`<div class="state-actions">${children}</div>`}
  </div>`;
}

/** The heading of a page that shows nothing else. @param {{title: string}} props */
function Heading({ title }) {
  useTitle(title);
  return html`<h1 class="state-title" tabindex="-1">${title}</h1>`;
}

/**
 * The cause of a failure, and another try.
 * @param {{problem: import('../lib/errors.js').Problem, retry: () => void, heading?: boolean, missing?: {title: string, text?: string, href: string, label: string}}} props
 *   missing: what to say where the thing itself does not exist
 */
export function Failure({ problem, retry, heading, missing }) {
  if (problem.kind === 'forbidden') return html`<${Forbidden} heading=${heading} />`;
  if (problem.kind === 'missing' && missing) {
    return html`<${Empty} heading=${heading} icon="search" title=${missing.title} text=${missing.text}>
      <${LinkButton} href=${missing.href}>${missing.label}<//>
    <//>`;
  }
  return html`<${Empty} heading=${heading} icon=${problem.kind === 'offline' ? 'wifi-off' : 'alert-circle'} tone="bad"
      title=${t('error.title')} text=${sentence(problem, t, has)}>
    <${Button} icon="refresh" onClick=${retry}>${t('action.try_again')}<//>
  <//>`;
}

/** @param {{heading?: boolean}} props */
export function Forbidden({ heading }) {
  return html`<${Empty} heading=${heading} icon="lock" title=${t('error.forbidden_title')} text=${t('error.forbidden')} />`;
}

/** A page for other roles. */
export function ForbiddenPage() {
  return html`<div class="page"><${Forbidden} heading /></div>`;
}

/** A place that will be filled. @param {{kind: string}} props the class that gives its size */
export function Skeleton({ kind }) {
  return html`<span class=${`skeleton ${kind}`} aria-hidden="true"></span>`;
}

/** Rows that will be filled, told once to a screen reader. @param {{count?: number, kind?: string}} props */
export function SkeletonRows({ count = 6, kind = 'event' }) {
  return html`<div class="card skeleton-rows" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    ${Array.from(
      { length: count },
      () => html`<div class=${`skeleton-row ${kind}`}>
      ${['short', 'long', 'wide', 'pill'].map((one) => html`<${Skeleton} kind=${one} />`)}
    </div>`,
    )}
  </div>`;
}
