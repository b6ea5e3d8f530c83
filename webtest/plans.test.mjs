import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleOf, lineRange, marks, nameRange, syntaxFault, variable } from '../pb_public/js/lib/liquid.js';
import { faultsOf, formSteps, nextStep, ordered, places, planFor, planWrites, stampOf, typesOf } from '../pb_public/js/lib/plans.js';
import {
  changedIn,
  formValues,
  isBlank,
  keyFrom,
  outdatedIn,
  pairsOf,
  storedPairs,
  templatesOf,
  textIn,
  usesOf,
  writes,
} from '../pb_public/js/lib/templates.js';

/** @param {Record<string, any>} more @returns {any} */
const record = (more) => ({
  id: `${more.key}-${more.locale}`,
  reminder_type: 'checklist',
  message: '',
  sms_template_code: '',
  sms_params: null,
  wechat_template_id: '',
  wechat_data: null,
  updated: '2026-11-01',
  ...more,
});
const RECORDS = [
  record({ key: 'survey', locale: 'zh-HK', title: '實地視察' }),
  record({ key: 'survey', locale: 'en', title: 'Site survey', wechat_data: { thing1: { value: '{{ event.title }}' } } }),
  record({ key: 'safety', locale: 'zh-CN', title: '安全' }),
];
/** @param {Record<string, any>} more @returns {any} */
const step = (more) => ({
  id: 'step',
  at: '',
  reminder_type: 'checklist',
  template: '',
  channels: ['email'],
  audience: ['manager'],
  updated: '1',
  ...more,
});
/** @param {Record<string, any>} more @param {any[]} [steps] @returns {any} */
const plan = (more, steps = []) => ({
  name: 'Plan',
  is_default: false,
  event_types: [],
  updated: '1',
  ...more,
  expand: { reminder_plan_steps_via_plan: steps },
});

test('records of one key are one template, and a reader gets a language that there is', () => {
  const [survey, safety] = templatesOf(RECORDS);
  assert.deepEqual(Object.keys(survey.texts), ['zh-HK', 'en']);
  assert.equal(textIn(survey, 'zh-HK').title, '實地視察');
  assert.equal(textIn(survey, 'zh-CN').title, 'Site survey');
  assert.equal(textIn(safety, 'en').title, '安全');
  assert.equal(textIn(undefined, 'en'), undefined);
});

test('a template is used by the steps that send any of its languages', () => {
  const plans = [plan({ id: 'a' }, [step({ id: 's1', template: 'survey-zh-HK' }), step({ id: 's2' })])];
  const [survey, safety] = templatesOf(RECORDS);
  assert.deepEqual(
    usesOf(survey, plans).map((u) => u.step.id),
    ['s1'],
  );
  assert.deepEqual(usesOf(safety, plans), []);
});

test('only the languages that changed are written', () => {
  const [survey] = templatesOf(RECORDS);
  const values = formValues(survey, 'en');
  assert.deepEqual(values.open, ['en', 'zh-HK']);
  assert.deepEqual(changedIn(survey, values), []);
  const changed = { ...values, 'en.title': 'Survey', open: ['en', 'zh-HK', 'zh-CN'], 'zh-CN.title': '实地勘察' };
  assert.deepEqual(
    writes(survey, changed).map((w) => [w.language, w.id, w.body.title, w.body.key]),
    [
      ['en', 'survey-en', 'Survey', undefined],
      ['zh-CN', '', '实地勘察', 'survey'],
    ],
  );
});

test('a language that is opened and left empty is not written', () => {
  const [survey] = templatesOf(RECORDS);
  const values = { ...formValues(survey, 'en'), open: ['en', 'zh-HK', 'zh-CN'] };
  assert.ok(isBlank(values, 'zh-CN'));
  assert.deepEqual(changedIn(survey, values), []);
});

test('another type changes all languages', () => {
  const [survey] = templatesOf(RECORDS);
  assert.deepEqual(changedIn(survey, { ...formValues(survey, 'en'), reminder_type: 'safety' }), ['en', 'zh-HK']);
});

test('a language that somebody else has saved since is told', () => {
  const values = formValues(templatesOf(RECORDS)[0], 'en');
  const later = templatesOf(RECORDS.map((r) => (r.locale === 'en' ? { ...r, updated: '2026-11-02' } : r)))[0];
  assert.deepEqual(outdatedIn(later, values), ['en']);
});

test('the values of an approved template are rows, however they are stored', () => {
  const pairs = pairsOf({ thing1: { value: 'a' }, time2: 'b' });
  assert.deepEqual(
    pairs.map((p) => [p.name, p.text]),
    [
      ['thing1', 'a'],
      ['time2', 'b'],
    ],
  );
  assert.deepEqual(storedPairs(pairs), { thing1: 'a', time2: 'b' });
  assert.equal(storedPairs(pairsOf({ ' ': 'x' })), null);
});

test('a key is made of the title, and is nobody else’s', () => {
  assert.equal(keyFrom('Site survey – café & lifts!', []), 'site_survey_cafe_lifts');
  assert.equal(keyFrom("Customer's site", []), 'customers_site');
  assert.equal(keyFrom('{{ event.title }} checklist', []), 'checklist');
  assert.equal(keyFrom('Survey', ['survey', 'survey_2']), 'survey_3');
  assert.equal(keyFrom('實地視察', []), '');
});

test('variables and tags are marked, and nothing is lost', () => {
  const text = 'Hello {{ recipient.name }},\n{% if team %}with {{team}}{% endif %} {{ open';
  assert.equal(
    marks(text)
      .map((m) => m.text)
      .join(''),
    text,
  );
  assert.deepEqual(
    marks(text)
      .filter((m) => m.kind !== 'text')
      .map((m) => m.kind),
    ['variable', 'tag', 'variable', 'tag'],
  );
});

test('what cannot be read is told apart', () => {
  /** @type {[string, string, string][]} */
  const cases = [
    ['{{ event.title', 'unclosed', '{{'],
    ['{{ event.title {% if a %}b{% endif %}', 'unclosed', '{{'],
    ['{% if a }}', 'unclosed', '{%'],
    ['{% if a %}b', 'unended', 'if'],
    ['{%- for a in b -%}{% if a %}{% endif %}', 'unended', 'for'],
    ['b{% endif %}', 'alone', 'endif'],
    ['{% else %}', 'alone', 'else'],
    ['{{ event..title }}', 'unreadable', ''],
  ];
  for (const [text, fault, name] of cases) assert.deepEqual([syntaxFault(text).fault, syntaxFault(text).name], [fault, name], text);
});

test('a line and a name are found again', () => {
  const text = 'one\n{{ event.titel }} event.titel\nthree';
  assert.deepEqual(lineRange(text, 2), [4, 33]);
  assert.deepEqual(lineRange(text, 99), [34, 39]);
  assert.deepEqual(nameRange(text, 1, 'event.titel'), [7, 18]);
  assert.equal(nameRange(text, 3, 'event.titel'), null);
  assert.equal(nameRange('{{ xevent.titel }}', 1, 'event.titel'), null);
});

test('an instant is written with its form', () => {
  assert.equal(variable('event.title'), '{{ event.title }}');
  assert.equal(variable('event.start'), '{{ event.start | date: "%H:%M" }}');
  assert.equal(exampleOf({ name: 'event.start', example: '2026-11-26 10:00:00 +0800' }), '10:00');
});

test('steps stand in the order in which they are sent', () => {
  const days = ordered([
    step({ days_before: 1, at: '18:00' }),
    step({ days_before: 7 }),
    step({ days_before: 1 }),
    step({ days_before: null }),
  ]);
  assert.deepEqual(
    days.map((s) => [s.days_before, s.at]),
    [
      [7, ''],
      [1, ''],
      [1, '18:00'],
      [null, ''],
    ],
  );
});

test('a further step has a day of its own, and takes after the last', () => {
  const steps = formSteps(plan({ id: 'a' }, [step({ id: 'x', days_before: 1, at: '16:00', channels: ['sms'] })]));
  const next = nextStep(steps, (type) => `template of ${type}`);
  assert.equal(next.days_before, 3);
  assert.deepEqual([next.at, next.channels, next.id], ['16:00', ['sms'], '']);
  assert.equal(next.template, 'template of equipment');
  assert.deepEqual(nextStep([], () => '').channels, ['email']);
});

test('a step without a day, a channel or a reader cannot be saved', () => {
  assert.deepEqual(faultsOf(step({ days_before: 7 })), []);
  const wrong = faultsOf(step({ days_before: null, channels: [], audience: [] }));
  assert.deepEqual(wrong, ['days_before', 'channels', 'audience']);
  for (const days of [-1, 366, 1.5]) assert.deepEqual(faultsOf(step({ days_before: days })), ['days_before']);
});

test('saving a plan writes what differs, and nothing else', () => {
  const stored = plan({ id: 'p' }, [step({ id: 'a', days_before: 7 }), step({ id: 'b', days_before: 3, channels: ['sms', 'email'] })]);
  const values = { name: 'Plan', is_default: false, event_types: [], steps: formSteps(stored) };
  assert.deepEqual(planWrites(stored, values, ''), []);
  const [, b] = values.steps;
  const edited = {
    ...values,
    name: ' New name ',
    steps: [
      { ...b, channels: ['email', 'sms'] },
      { ...b, uid: 'c', id: '', days_before: 1 },
    ],
  };
  assert.deepEqual(
    planWrites(stored, edited, '').map((w) => [w.method, w.id, w.owner, w.body.name ?? w.body.plan ?? '']),
    [
      ['update', 'p', 'plan', 'New name'],
      ['delete', 'a', 'a', ''],
      ['create', '', 'c', 'p'],
    ],
  );
});

test('a new plan and its steps are written together', () => {
  const values = {
    name: 'Plan',
    is_default: true,
    event_types: ['training'],
    steps: [step({ uid: 'newstep', id: '', days_before: 2 })],
  };
  const all = planWrites(null, values, 'newplan');
  assert.deepEqual(
    all.map((w) => [w.collection, w.method, w.body.id, w.body.plan]),
    [
      ['reminder_plans', 'create', 'newplan', undefined],
      ['reminder_plan_steps', 'create', 'newstep', 'newplan'],
    ],
  );
});

test('an event goes by the first plan that names its type, else by the default one', () => {
  const plans = [
    plan({ id: 'd', is_default: true }),
    plan({ id: 'a', event_types: ['training'] }),
    plan({ id: 'b', event_types: ['training', 'meeting'] }),
  ];
  assert.equal(planFor(plans, 'training')?.id, 'a');
  assert.equal(planFor(plans, 'other')?.id, 'd');
  assert.deepEqual(typesOf(plans, 'b', ['training', 'meeting', 'other']), ['meeting']);
  assert.deepEqual(typesOf(plans, 'd', ['training', 'meeting', 'other']), ['other']);
});

test('two states of a plan have two stamps', () => {
  const before = plan({ id: 'p' }, [step({ id: 'a', days_before: 7 })]);
  assert.equal(stampOf(before), stampOf(structuredClone(before)));
  assert.notEqual(stampOf(before), stampOf(plan({ id: 'p' }, [step({ id: 'a', days_before: 7, updated: '2' })])));
  assert.notEqual(stampOf(before), stampOf(plan({ id: 'p' }, [])));
});

test('the farthest step begins the line, and the day itself ends it', () => {
  const [first, middle, last] = places([{ days_before: 14 }, { days_before: 1 }, { days_before: 0 }]);
  assert.equal(first, 0);
  assert.ok(middle > 0.5 && middle < 1);
  assert.equal(last, 1);
});
