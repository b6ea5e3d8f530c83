// The door. Where nobody is signed in it stands at every address, and leads to the page of that address.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { DoorHead, Entrance } from '../components/entrance.js';
import { ForgottenForm } from '../components/forgotten-form.js';
import { ProviderButtons } from '../components/oauth-buttons.js';
import { CodeForm } from '../components/otp-form.js';
import { PasswordForm } from '../components/password-form.js';
import { Skeleton } from '../components/states.js';
import { readMethods } from '../data/account.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import * as prefs from '../lib/prefs.js';
import { go } from '../lib/router.js';
import { demo, user } from '../lib/state.js';

/** @typedef {import('../components/password-form.js').Door} Door */
/** @typedef {import('../data/account.js').Methods} Methods */

export default function Login() {
  useEffect(() => {
    if (user.value && location.pathname === '/login') go('/', { replace: true });
  }, [user.value]);
  return user.value ? null : html`<${Entrance}><${Ways} /><//>`;
}

function Ways() {
  const methods = useMethods();
  const [way, setWay] = useState(/** @type {'password' | 'code' | 'forgotten'} */ ('password'));
  const [email, setEmail] = useState(prefs.get('email') ?? '');
  const [proof, setProof] = useState('');
  if (!methods)
    return html`<div class="door-skeleton" aria-busy="true"><span class="sr-only">${t('state.loading')}</span><${Skeleton} kind="heading" /><${Skeleton} kind="block" /></div>`;
  /** @type {Door} */
  const door = {
    email,
    proof,
    password: methods.password && !proof,
    turn: (to, typed) => {
      setEmail(typed);
      setWay(to);
    },
    prove: (proven, by) => {
      setEmail(proven || email);
      setProof(by);
      setWay(way === 'code' ? 'password' : 'code');
    },
  };
  if (way === 'forgotten') return html`<${ForgottenForm} door=${door} />`;
  const byCode = methods.code && (way === 'code' || !methods.password);
  return html`
    <${DoorHead} title=${t(proof ? 'login.second' : 'login.title')} text=${proof && t('login.second_text')} />
    ${byCode ? html`<${CodeForm} door=${door} now=${way === 'code'} />` : html`<${PasswordForm} door=${door} />`}
    ${!byCode && !proof && html`<${OtherWays} methods=${methods} door=${door} />`}
    <${Help} />`;
}

/** @param {{methods: Methods, door: Door}} props */
function OtherWays({ methods, door }) {
  if (!methods.code && methods.providers.length === 0) return null;
  const byCode = () =>
    door.turn('code', /** @type {HTMLInputElement | null} */ (document.getElementById('field-email'))?.value ?? door.email);
  return html`<div class="other-ways">
    <p class="door-or"><span>${t('login.or')}</span></p>
    ${methods.code && html`<${Button} wide icon="mail" onClick=${byCode}>${t('login.by_code')}<//>`}
    ${methods.providers.length > 0 && html`<${ProviderButtons} providers=${methods.providers} prove=${door.prove} />`}
  </div>`;
}

/** Whoever looks at the product for the first time does so on this machine or by an address without a name. */
const trying = () => demo.value || /^(localhost|[\d.]+|\[.*\])$/.test(location.hostname);

function Help() {
  return html`<div class="field-hint door-help"><p>${t('login.help')}</p>${trying() && html`<p>${t('login.demo')}</p>`}</div>`;
}

/** What this browser knows of the ways to sign in, and then what the server says; null until one of them is known. */
function useMethods() {
  const [methods, setMethods] = useState(/** @type {() => Methods | null} */ (remembered));
  useEffect(() => {
    const known = (/** @type {Methods} */ answer) => {
      prefs.set('methods', JSON.stringify(answer));
      setMethods(answer);
    };
    // Without an answer the first way is offered: trying it tells what is wrong.
    readMethods().then(known, () => setMethods((before) => before ?? { password: true, code: false, providers: [] }));
  }, []);
  return methods;
}

/** @returns {Methods | null} */
function remembered() {
  try {
    return JSON.parse(prefs.get('methods') ?? 'null');
  } catch {
    return null;
  }
}
