// How messages leave: each channel with its state, its queue and a test, and the jobs that run by the clock.

import { useEffect, useState } from 'preact/hooks';
import { LinkButton } from '../components/button.js';
import { ChannelPanel } from '../components/channel-panel.js';
import { Jobs } from '../components/jobs.js';
import { PageHead } from '../components/page.js';
import { Failure, Skeleton } from '../components/states.js';
import { readCompany } from '../data/account.js';
import { lastErrors, ownAddresses, readProviders, readStatus } from '../data/office.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import { useQuery } from '../lib/query.js';

const POLL = 5000;

export default function Channels() {
  const status = useQuery('status', (signal) => readStatus(signal));
  const { data, problem, reload } = status;
  const own = useQuery('own-addresses', ownAddresses);
  const company = useQuery('company', readCompany);
  const providers = useProviders();
  const met = data?.channels.map((/** @type {any} */ c) => `${c.failed}${c.state}`).join();
  const errors = useQuery(met ? `channel-errors/${met}` : null, (signal) => lastErrors(signal), { sticky: true });
  usePoll(reload, POLL);
  // All at once, so that nothing moves when the last of it comes.
  const ready = data && [own, company, errors].every((one) => one.data || one.problem) && providers;
  return html`<div class="page office">
    <${PageHead} title=${t('nav.channels')} sub=${t('office.channels.sub')}><${LinkButton} href="/deliveries" icon="report">${t('nav.deliveries')}<//><//>
    ${
      problem && !data
        ? html`<${Failure} problem=${problem} retry=${reload} />`
        : ready
          ? html`<${Panels} status=${data} errors=${errors.data ?? {}} own=${own.data} providers=${providers} environment=${company.data?.environment ?? []} />`
          : html`<${Loading} />`
    }
  </div>`;
}

/** What is to be entered at the providers; nothing of it while it is not known. It is kept nowhere: some of it is secret. */
function useProviders() {
  const [providers, setProviders] = useState(/** @type {Record<string, any> | null} */ (null));
  useEffect(() => {
    readProviders().then(setProviders, () => setProviders({}));
  }, []);
  return providers;
}

/**
 * @param {{status: any, errors: Record<string, any>, own?: {email: string, phone: string, wechat: string}, providers: Record<string, any>,
 *   environment: import('../lib/channel-settings.js').Variable[]}} props
 */
function Panels({ status, errors, own, providers, environment }) {
  /** @type {Record<string, string>} */
  const mine = { email: own?.email ?? '', sms: own?.phone ?? '' };
  return html`<div class="channel-panels">
      ${status.channels.map(
        (/** @type {any} */ c) =>
          html`<${ChannelPanel} key=${c.name} channel=${{ ...c, ...providers[c.name] }} sms=${status.sms} error=${errors[c.name]} own=${mine[c.name] ?? ''} bound=${!!own?.wechat} environment=${environment} />`,
      )}
    </div>
    <${Jobs} runs=${status.jobs} next=${status.next_reminder} />`;
}

function Loading() {
  return html`<div class="channel-panels" aria-busy="true"><span class="sr-only">${t('state.loading')}</span>
    ${[1, 2, 3].map((n) => html`<div key=${n} class="card channel-panel"><${Skeleton} kind="heading" /><${Skeleton} kind="block" /></div>`)}
  </div>`;
}
