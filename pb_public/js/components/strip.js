// Four numbers that say how the day looks. Each opens what it counts.
import { h } from '../lib/dom.js';
import { isZone, longDay, parse } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../app.js';
import { skeleton } from './states.js';
import { ticking } from './when.js';

/**
 * @param {{today: number, week: number, failed: number, next: any, sunday: Date} | null} numbers null while they are counted
 * @param {string} show what the list is narrowed to
 */
export function numberStrip(numbers, show) {
  const next = numbers?.next;
  const due = parse(next?.send_datetime);
  const zone = viewerZone();
  return h('ul', { class: 'strip', 'aria-label': t('strip.label') },
    tile('today', 'tone-pending', t('strip.today'), numbers?.today, t('strip.today_note', { n: numbers?.today ?? 0 }), '/?show=today', show),
    tile('week', 'tone-good', t('strip.week'), numbers?.week, numbers && isZone(zone) ? t('strip.week_note', { day: longDay(numbers.sunday, zone, intl()) }) : '', '/?show=week', show),
    tile('next', 'tone-accent', t('strip.next'), numbers ? (due ? ticking(due, zone, 'launch') : t('strip.none')) : undefined,
      next ? `${next.title} · ${next.expand?.event?.title ?? ''}` : t('strip.next_none'), next ? '/events/' + next.event + '#reminder-' + next.id : '', show),
    tile('failed', numbers?.failed ? 'tone-bad' : 'tone-quiet', t('strip.failed'), numbers?.failed, t(numbers?.failed ? 'strip.failed_note' : 'strip.failed_none', { n: numbers?.failed ?? 0 }), '/?show=failed', show));
}

/**
 * @param {string} name @param {string} tone @param {string} label
 * @param {import('../lib/dom.js').Child | undefined} value undefined while it is counted
 * @param {string} note @param {string} href @param {string} show
 */
function tile(name, tone, label, value, note, href, show) {
  const inside = [
    h('span', { class: 'tile-label' }, h('span', { class: 'dot' }), label),
    h('span', { class: 'tile-value' }, value === undefined ? skeleton('number') : value),
    h('span', { class: 'tile-note', title: note }, value === undefined ? skeleton('long') : note),
  ];
  return h('li', { key: name, class: `tile ${tone}` },
    href ? h('a', { class: 'tile-link', href, 'aria-current': show === name ? 'true' : null }, inside) : h('div', { class: 'tile-link' }, inside));
}
