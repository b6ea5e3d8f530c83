// What becomes of one message, followed until it is known.
import { useEffect, useRef, useState } from 'preact/hooks';
import { causeOf, deliveryLook, isKept } from '../lib/deliveries.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { channelNamed, readsSandbox } from '../lib/state.js';
import { Badge } from './badge.js';
import { CauseWords } from './causes.js';
import { DeliveryBadge } from './delivery-badge.js';
import { Icon } from './icon.js';

const FINAL = ['delivered', 'failed', 'skipped', 'cancelled'];
const PATIENCE = 90_000;

/** @param {any} delivery whether nothing more will come of it: some channels tell later that what was sent has arrived */
function settled(delivery) {
  return FINAL.includes(delivery.status) || isKept(delivery) || (delivery.status === 'sent' && delivery.channel === 'email');
}

/**
 * @param {() => Promise<any>} load gives the delivery, or null while there is none
 * @returns {{delivery: any, problem: string}}
 */
export function useFate(load) {
  const [delivery, setDelivery] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState('');
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const began = Date.now();
    let over = false;
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const look = async () => {
      try {
        const found = await latest.current();
        if (over) return;
        setDelivery(found);
        setProblem('');
        if (found && settled(found)) return;
      } catch (error) {
        if (over) return;
        setProblem(sentence(explain(error), t, has));
      }
      timer = setTimeout(look, Date.now() - began < PATIENCE ? 800 : 5000);
    };
    look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, []);
  return { delivery, problem };
}

/** @param {{load: () => Promise<any>, to?: string}} props */
export function Fate({ load, to }) {
  const { delivery, problem } = useFate(load);
  const waiting = { tone: /** @type {const} */ ('pending'), icon: 'loader-2', key: 'delivery.sending' };
  return html`<div class="fate" role="status">
    <p class="fate-line">${delivery ? html`<${DeliveryBadge} delivery=${delivery} />` : html`<${Badge} look=${waiting} spin />`}${to && html`<span class="fate-to">${to}</span>`}</p>
    ${delivery && html`<${Remarks} delivery=${delivery} />`}
    ${problem && html`<p class="fate-words">${problem}</p>`}
  </div>`;
}

/** @param {{delivery: any}} props */
function Remarks({ delivery }) {
  const channel = channelNamed(delivery.channel);
  const cause = causeOf(delivery);
  return html`${cause && html`<div class=${`fate-words tone-${deliveryLook(delivery).tone}`}><${CauseWords} cause=${cause} /></div>`}
    ${channel?.state === 'paused' && !settled(delivery) && html`<p class="muted">${t('channel.paused_title', { channel: t(`channel.${channel.name}`) })}. ${t('channel.paused_wait')}</p>`}
    ${isKept(delivery) && readsSandbox() && html`<a class="with-icon" href=${`/sandbox?message=${delivery.id}`}><${Icon} name="inbox" />${t('sandbox.open')}</a>`}`;
}
