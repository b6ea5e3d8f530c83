// One's own page: who one is, how the app looks, which reminders come, and the password.
import { useRef } from 'preact/hooks';
import { PageHead } from '../components/page.js';
import { ProfileLook } from '../components/profile-look.js';
import { ProfilePassword } from '../components/profile-password.js';
import { ProfileReminders } from '../components/profile-reminders.js';
import { ProfileWeChat } from '../components/profile-wechat.js';
import { ProfileYou } from '../components/profile-you.js';
import { SectionSkeleton } from '../components/section.js';
import { Failure } from '../components/states.js';
import { readCompany, readProfile } from '../data/account.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { user } from '../lib/state.js';

/** @param {{query: Record<string, string>}} props */
export default function Profile({ query }) {
  const profile = useQuery(`profile/${user.value?.id}`, read, {
    live: ['users'],
    when: (_collection, _action, record) => record.id === user.peek()?.id,
  });
  const { data, problem, reload, set } = profile;
  const me = useNewest(data?.me);
  const saved = (/** @type {any} */ changed) => set({ ...data, me: changed });
  return html`<div class="page settings-page">
    <${PageHead} title=${t('nav.profile')} />
    ${
      data
        ? html`
      <${ProfileYou} me=${me} company=${data.company} onSaved=${saved} />
      <${ProfileReminders} me=${me} company=${data.company} onSaved=${saved} />
      <${ProfileWeChat} me=${me} from=${query.wechat ?? ''} changed=${reload} />
      <${ProfileLook} me=${me} onSaved=${saved} />
      <${ProfilePassword} me=${me} />`
        : problem
          ? html`<${Failure} problem=${problem} retry=${reload} />`
          : [3, 5, 1, 2, 1].map((rows) => html`<${SectionSkeleton} rows=${rows} />`)
    }
  </div>`;
}

/** The newest version of a record: an answer that was on its way while a change was saved is older than what is known. @param {any} record */
function useNewest(record) {
  const newest = useRef(record);
  if (record && !(newest.current?.id === record.id && newest.current.updated > record.updated)) newest.current = record;
  return newest.current;
}

/** The record and what the company has set; the page does without the second. */
async function read() {
  const [me, company] = await Promise.all([readProfile(), readCompany().catch(() => null)]);
  return { me, company };
}
