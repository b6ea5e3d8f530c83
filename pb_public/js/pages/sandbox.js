// The messages that were kept instead of sent: the list, and the one that is read.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Choice, LinkButton } from '../components/button.js';
import { Letter } from '../components/letter.js';
import { Letters } from '../components/letters.js';
import { PageHead } from '../components/page.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { useMedia } from '../components/use-phone.js';
import { readSandbox } from '../data/office.js';
import { CHANNELS } from '../lib/channels.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import * as prefs from '../lib/prefs.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { readsSandbox } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';

const POLL = 5000;

/** @param {{query: Record<string, string>}} props */
export default function Sandbox({ query }) {
  const mailbox = useQuery('sandbox', (signal) => readSandbox(signal), { live: ['reminders'], wait: 800 });
  const refused = mailbox.problem?.kind === 'forbidden';
  usePoll(mailbox.reload, refused ? 0 : POLL);
  if (refused || (mailbox.problem && !mailbox.data && !readsSandbox())) return html`<${Refused} />`;
  const reading = query.message && mailbox.data?.some((/** @type {any} */ i) => i.id === query.message);
  return html`<div class=${reading ? 'page office sandbox is-reading' : 'page office sandbox'}>
    <${PageHead} title=${t('nav.sandbox')} sub=${t('office.sandbox.sub')} />
    <${Mailbox} mailbox=${mailbox} query=${query} />
  </div>`;
}

function Refused() {
  return html`<div class="page">
    <${Empty} heading icon="shield-check" title=${t('office.sandbox.refused')} text=${t('office.sandbox.refused_text')}><${LinkButton} href="/">${t('nav.today')}<//><//>
  </div>`;
}

/** @param {{mailbox: import('../lib/query.js').Query, query: Record<string, string>}} props */
function Mailbox({ mailbox, query }) {
  const { data, problem, reload } = mailbox;
  const channel = CHANNELS.includes(query.channel) ? query.channel : '';
  const wide = useMedia('(min-width: 1024px)'); // list and message fit beside each other
  const fresh = useFresh(data, query.message);
  const place = usePlace(query.message, wide);
  const [formatted, setFormatted] = useState(prefs.get('mail') !== 'text');
  if (problem && !data) return html`<${Failure} problem=${problem} retry=${reload} />`;
  if (!data) return html`<div class="mailbox"><${SkeletonRows} count=${6} kind="letter" /></div>`;
  if (data.length === 0) return html`<${Empty} icon="inbox" title=${t('office.sandbox.none')} text=${t('office.sandbox.none_text')} />`;
  const shown = channel ? data.filter((/** @type {any} */ i) => i.channel === channel) : data;
  // Beside the list there is always one that is read.
  const read = data.find((/** @type {any} */ i) => i.id === query.message) ?? (wide ? shown[0] : undefined);
  const format = (/** @type {boolean} */ as) => {
    setFormatted(as);
    prefs.set('mail', as ? null : 'text');
  };
  return html`<div class="mailbox">
    <div class="mailbox-list" onClick=${place}>
      <${Choice} chips label=${t('office.col.channel')} value=${channel} onChange=${(/** @type {string} */ to) => setQuery({ channel: to, message: '' })} options=${[
        { value: '', label: t('office.view.all') },
        ...CHANNELS.map((value) => ({ value, icon: typeIcon(value), label: t(`channel.${value}`) })),
      ]} />
      ${
        shown.length > 0
          ? html`<${Letters} items=${shown} chosen=${read?.id} href=${(/** @type {string} */ id) => address(channel, id)} fresh=${fresh} />`
          : html`<div class="card"><${Empty} icon="inbox" title=${t('office.sandbox.none_of_channel')} /></div>`
      }
    </div>
    <div class="mailbox-message">${read && html`<${Letter} key=${read.id} item=${read} back=${address(channel, '')} formatted=${formatted} onFormat=${format} />`}</div>
  </div>`;
}

/** @param {string} channel @param {string} message */
function address(channel, message) {
  const query = new URLSearchParams();
  if (channel) query.set('channel', channel);
  if (message) query.set('message', message);
  return query.size ? `/sandbox?${query}` : '/sandbox';
}

/**
 * Where there is room for one only, a message begins at its top, and the list is found again where it was left.
 * @param {string | undefined} message @param {boolean} wide
 * @returns {() => void} keeps the place in the list
 */
function usePlace(message, wide) {
  const kept = useRef(0);
  const before = useRef(message);
  useEffect(() => {
    if (wide || before.current === message) return;
    before.current = message;
    scrollTo(0, message ? 0 : kept.current);
    if (message) /** @type {HTMLElement | null} */ (document.getElementById('subject'))?.focus({ preventScroll: true });
  }, [message, wide]);
  return () => {
    kept.current = scrollY;
  };
}

/** Tells which messages came while the page was open and were not read. @param {any[] | undefined} data @param {string | undefined} read */
function useFresh(data, read) {
  const seen = useRef(/** @type {Set<string> | null} */ (null));
  if (data && !seen.current) seen.current = new Set(data.map((i) => i.id));
  if (read) seen.current?.add(read);
  return (/** @type {string} */ id) => !(seen.current?.has(id) ?? true);
}
