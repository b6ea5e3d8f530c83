// What the reader must know of the channels before relying on them.
import { h } from '../lib/dom.js';
import { parse, time } from '../lib/dates.js';
import { intl, list, t } from '../lib/i18n.js';
import { app, viewerZone } from '../app.js';
import { icon } from './icon.js';

/** A banner for each channel that has stopped, and a quiet line when messages are only kept. */
export function channelNotes() {
  const paused = app.channels.filter((c) => c.state === 'paused');
  const kept = app.channels.filter((c) => c.state === 'sandbox');
  if (paused.length === 0 && kept.length === 0) return null;
  return h('div', { class: 'notes', key: 'channel-notes' }, paused.map(banner), kept.length > 0 && keptLine(kept));
}

/** @param {any} channel */
function banner(channel) {
  const since = parse(channel.since);
  return h('section', { class: 'banner tone-warn', role: 'alert', key: channel.name },
    icon('player-pause'),
    h('div', null,
      h('p', { class: 'strong' },
        since ? t('channel.paused_since', { channel: t('channel.' + channel.name), time: time(since, viewerZone(), intl()) })
          : t('channel.paused_title', { channel: t('channel.' + channel.name) })),
      channel.reason && h('p', null, channel.reason),
      channel.hint && h('p', null, channel.hint),
      h('p', { class: 'banner-note' }, t('channel.paused_wait'))));
}

/** @param {any[]} channels */
function keptLine(channels) {
  const names = list(channels.map((c) => t('channel.' + c.name)));
  return h('p', { class: 'kept-line', key: 'kept' },
    icon('inbox'),
    h('span', null, t('sandbox.line', { channels: names }), ' ',
      !app.sandboxRefused && h('a', { href: '/sandbox' }, t('sandbox.open'))));
}
