// What the doors, a person's own pages and the company's settings ask of the server.
import { ask, pb, signedIn, signIn } from '../lib/api.js';
import { user } from '../lib/state.js';

const users = () => pb.collection('users');

// Signing in

/** @typedef {{name: string, displayName: string}} Provider */
/** @typedef {{password: boolean, code: boolean, providers: Provider[]}} Methods ways to sign in that are switched on */

/** @returns {Promise<Methods>} */
export async function readMethods() {
  const { password, otp, oauth2 } = await users().listAuthMethods();
  const providers = oauth2?.enabled ? oauth2.providers.map((/** @type {Provider} */ { name, displayName }) => ({ name, displayName })) : [];
  return { password: password?.enabled !== false, code: otp?.enabled === true, providers };
}

/** What a first of two proofs gives, where the dashboard asks for two. @param {string} proof */
const after = (proof) => (proof ? { mfaId: proof } : {});

/** The proof that the first of two ways has given; empty if the error is another. @param {any} error @returns {string} */
export function firstProof(error) {
  return error?.status === 401 ? String(error.response?.mfaId ?? '') : '';
}

/** @param {string} email @param {string} password @param {string} [proof] */
export async function enterByPassword(email, password, proof = '') {
  await users().authWithPassword(email, password, after(proof));
  signedIn();
}

/** Asks for a code by mail. @param {string} email @returns {Promise<string>} what the code belongs to */
export async function requestCode(email) {
  return (await users().requestOTP(email)).otpId;
}

/** @param {string} request @param {string} code @param {string} [proof] */
export async function enterByCode(request, code, proof = '') {
  await users().authWithOTP(request, code, after(proof));
  signedIn();
}

/** Opens the provider's window, and waits until somebody has come back from it. @param {string} provider */
export async function enterByProvider(provider) {
  await users().authWithOAuth2({ provider });
  signedIn();
}

// Links from mails

/** @param {string} email */
export function requestPasswordReset(email) {
  return users().requestPasswordReset(email);
}

/** Takes an invitation or a link for a new password, and signs in. @param {string} token @param {string} email @param {string} password */
export async function choosePassword(token, email, password) {
  await users().confirmPasswordReset(token, password, password);
  await signIn(email, password);
}

/** @param {string} token */
export function verifyAddress(token) {
  return users().confirmVerification(token);
}

/** Takes the link to a new address, which ends all sessions, and signs in anew. @param {string} token @param {string} email the new one @param {string} password */
export async function confirmAddress(token, email, password) {
  await users().confirmEmailChange(token, password);
  await signIn(email, password);
}

// Setting up

/** @param {{token: string, name: string, email: string, password: string, company_name: string, timezone: string, language: string}} values */
export async function setUp(values) {
  await ask('POST', 'setup', { body: values });
  await signIn(values.email, values.password);
}

// Oneself

/** One's own record, and the name of one's manager. */
export function readProfile() {
  return users().getOne(user.peek().id, { expand: 'manager' });
}

/** @param {Record<string, any>} changes @returns {Promise<any>} the record */
export function changeProfile(changes) {
  return users().update(user.peek().id, changes, { expand: 'manager' });
}

/** Ends every session, this one too: whoever changes the password is signed in again at once. @param {string} before @param {string} password */
export async function changePassword(before, password) {
  const { id, email } = user.peek();
  await users().update(id, { oldPassword: before, password, passwordConfirm: password });
  await signIn(email, password);
}

/** @param {string} address */
export function requestAddress(address) {
  return users().requestEmailChange(address);
}

export function requestVerification() {
  return users().requestVerification(user.peek().email);
}

// The company

/** @typedef {{name: string, timezone: string, locale: string, digest_time: string, fixed: Record<string, string>, environment?: {name: string, set: boolean}[]}} Company */

/** What holds, wherever it comes from. @returns {Promise<Company>} */
export function readCompany() {
  return ask('GET', 'company');
}

/** The one record that administrators change, and what holds. */
export async function readSettings() {
  const [company, found] = await Promise.all([readCompany(), pb.collection('settings').getFirstListItem('')]);
  return { company, record: found };
}

/** @param {string} id @param {Record<string, any>} changes */
export function changeSettings(id, changes) {
  return pb.collection('settings').update(id, changes);
}
