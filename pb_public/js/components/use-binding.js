// A binding of one's WeChat account, followed from the code to the account.
import { useEffect, useState } from 'preact/hooks';
import { beginBinding, confirmBinding, followBinding, readBinding } from '../data/wechat.js';
import { inSession } from '../lib/api.js';
import { parse } from '../lib/dates.js';
import { explain, sentence } from '../lib/errors.js';
import { has, t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';

/** @typedef {import('../data/wechat.js').Binding} Binding */
/** @typedef {'none' | 'waiting' | 'scanned' | 'bound' | 'expired' | 'failed'} State none: nothing has begun */
/** @typedef {ReturnType<typeof useBinding>} Handle */

/** How often it is looked up: its changes are told, but a phone that sleeps hears nothing. */
const POLL = 2500;

/** What a link of WeChat's comes back with instead of an id. @type {Record<string, State>} */
const WORDS = { expired: 'expired', failed: 'failed' };

/** @param {string} from the id of one that was begun elsewhere, or what became of it; empty to begin here */
export function useBinding(from) {
  const [binding, setBinding] = useState(/** @type {Binding | null} */ (null));
  const [state, setState] = useState(/** @type {State} */ (WORDS[from] ?? 'none'));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const take = (/** @type {Binding} */ one) => {
    setBinding((before) => (before?.id === one.id ? { ...before, ...one } : one));
    setState(one.state);
    return one;
  };
  const run = async (/** @type {() => Promise<Binding>} */ act) => {
    setBusy(true);
    setProblem('');
    try {
      return take(await inSession(act));
    } catch (error) {
      setProblem(refusal(error));
      return null;
    } finally {
      setBusy(false);
    }
  };
  const id = binding?.id ?? '';
  const open = state === 'waiting' || state === 'scanned';
  useEffect(() => {
    if (from && !WORDS[from]) run(() => readBinding(from));
  }, [from]);
  useEffect(() => (id && open ? followBinding(id, take) : undefined), [id, open]);
  usePoll(() => readBinding(id).then(take, () => {}), id && open ? POLL : 0);
  const left = useLeft(open ? parse(binding?.expires ?? '') : null, () => setState('expired'));

  return {
    binding,
    state,
    problem,
    busy,
    left,
    begin: (/** @type {'qr' | 'oauth'} */ way) => run(() => beginBinding(way)),
    confirm: () => run(() => confirmBinding(id)),
  };
}

/** How long there is still, ms. @param {Date | null} until @param {() => void} over */
function useLeft(until, over) {
  const [now, setNow] = useState(Date.now());
  const end = until?.getTime() ?? 0;
  useEffect(() => {
    if (!end) return undefined;
    const look = () => {
      setNow(Date.now());
      if (Date.now() >= end) over();
    };
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return Math.max(0, end - now);
}

/** @param {any} error */
function refusal(error) {
  const problem = explain(error);
  if (problem.fields.wechat?.code === 'validation_wechat_taken') return t('profile.wechat.taken');
  if (problem.fields.way) return t('profile.wechat.no_way');
  if (problem.kind === 'busy') return t('profile.wechat.too_many');
  if (error?.status === 503) return t('profile.wechat.unreachable');
  return sentence(problem, t, has);
}
