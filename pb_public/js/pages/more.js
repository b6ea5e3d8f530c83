// The fifth tab of a phone: all other places, and what belongs to the reader.

import { Face } from '../components/badge.js';
import { Button } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { ThemeChoice } from '../components/profile-look.js';
import { Connection, Language, places } from '../components/shell.js';
import { signOut } from '../lib/api.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { user } from '../lib/state.js';

/** What has a tab of its own. */
const TABS = ['/', '/events', '/calendar'];

export default function More() {
  const others = places().filter((place) => !TABS.includes(place.href));
  const groups = ['work', 'library', 'office']
    .map((group) => others.filter((place) => place.group === group))
    .filter((some) => some.length > 0);
  return html`<div class="page narrow more">
    <${PageHead} title=${t('nav.more')} />
    <a class="card more-me" href="/profile">
      <${Face} name=${user.value?.name ?? ''} />
      <span class="more-words"><span class="strong">${user.value?.name}</span><span class="muted">${t(`role.${user.value?.role}`)}</span><span class="muted clip">${user.value?.email}</span></span>
      <${Icon} name="chevron-right" />
    </a>
    <nav aria-label=${t('more.places')}>
      ${groups.map(
        (group) =>
          html`<ul key=${group[0].group} class="card more-list">${group.map(
            (place) => html`<li key=${place.href}>
        <a class="more-place" href=${place.href}><${Icon} name=${place.icon} /><span>${place.label}</span><${Icon} name="chevron-right" /></a>
      </li>`,
          )}</ul>`,
      )}
    </nav>
    <section class="card more-look" aria-label=${t('profile.look')}>
      <div class="more-row"><span>${t('field.language')}</span><${Language} where="more" /></div>
      <${ThemeChoice} />
    </section>
    <${Button} wide icon="logout" onClick=${signOut}>${t('action.sign_out')}<//>
    <div class="more-foot"><${Connection} /></div>
  </div>`;
}
