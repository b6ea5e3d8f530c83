// What the reader must know of the channels before relying on them.

import { useEffect, useState } from 'preact/hooks';
import { parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, list, loadWords, locale, t } from '../lib/i18n.js';
import { channels, readsSandbox, viewerZone } from '../lib/state.js';
import { Icon } from './icon.js';

/** A banner for each channel that has stopped, and a quiet line when messages are only kept, whose place is held before it is known. */
export function ChannelNotes() {
  const paused = channels.value.filter((c) => c.state === 'paused');
  const kept = channels.value.filter((c) => c.state === 'sandbox');
  return html`<div class="notes">
    ${paused.map((c) => html`<${Paused} key=${c.name} channel=${c} />`)}
    ${kept.length > 0 && html`<${KeptLine} kept=${kept} />`}
  </div>`;
}

/** @param {{channel: import('../lib/state.js').Channel}} props */
function Paused({ channel }) {
  const since = parse(channel.since);
  const name = t(`channel.${channel.name}`);
  const reason = useReason(channel.reason);
  return html`<section class="banner tone-warn" role="alert">
    <${Icon} name="player-pause" />
    <div>
      <p class="strong">${since ? t('channel.paused_since', { channel: name, time: time(since, viewerZone.value, intl()) }) : t('channel.paused_title', { channel: name })}</p>
      ${reason && html`<p>${reason}</p>`}
      ${channel.hint && html`<p>${channel.hint}</p>`}
      <p class="banner-note">${t('channel.paused_wait')}</p>
    </div>
  </section>`;
}

/** A reason in the reader's words, once they have come: on most pages nothing else needs them. @param {string} reason */
function useReason(reason) {
  const [words, setWords] = useState({ of: '', said: '' });
  useEffect(() => {
    if (!reason) return;
    Promise.all([import('../lib/reasons.js'), loadWords('deliveries')]).then(
      ([{ reasonWords }]) => setWords({ of: reason, said: reasonWords(reason) }),
      () => {}, // then it stays in the server's
    );
  }, [reason, locale.value]);
  return words.of === reason ? words.said : reason;
}

/** @param {{kept: import('../lib/state.js').Channel[]}} props */
function KeptLine({ kept }) {
  const names = list(kept.map((c) => t(`channel.${c.name}`)));
  return html`<p class="kept-line">
    <${Icon} name="inbox" />
    <span>${t('sandbox.line', { channels: names })}</span>
    ${readsSandbox() && html`<a href="/sandbox">${t('sandbox.open')}</a>`}
  </p>`;
}
