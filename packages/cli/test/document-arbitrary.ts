import { type LibraryDocument, libraryDocument } from '@patchbay/contracts/library-document';
import { patchClassifications, patchSeverities } from '@patchbay/domain/patch/selection';
import { interpreters } from '@patchbay/domain/script/interpreter';
import fc from 'fast-check';

/** Texts that YAML, Git and terminals could spoil. */
export const oddText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        ' ',
        '\n',
        '\r\n',
        '\t',
        '#',
        ': ',
        '- ',
        "'",
        '"',
        '\\',
        '|',
        '\u2028',
        '\ufeff',
        '…',
      ),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '',
    'true',
    'null',
    '~',
    '0x1f',
    '1e3',
    '2026-01-01',
    '=',
    '<<',
    '*a',
    '&a',
    '%YAML',
    '---\n',
    'no',
  ),
);

const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      'Drain',
      'drain!',
      'Drain?',
      'CON',
      'null',
      '.',
      '日本語',
      'a/b',
      '__proto__',
      'x'.repeat(120),
    ),
  )
  .map((text) => text.replace(/\s+/g, ' ').trim())
  .filter((text) => text !== '' && text.length <= 120);

const parameterName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,9}$/);
const value = fc.oneof(oddText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const os = fc.constantFrom('linux', 'windows', 'aix', 'solaris');

const body = fc.record({
  os: fc.uniqueArray(os, { minLength: 1 }),
  interpreter: fc.constantFrom(...interpreters),
  content: oddText,
  parameters: fc.array(
    fc.record({
      name: parameterName,
      label: oddText,
      type: fc.constantFrom('string', 'choice', 'secret'),
      required: fc.boolean(),
      default: fc.option(value),
      choices: fc.array(
        oddText.filter((text) => text !== ''),
        { maxLength: 2 },
      ),
      help: oddText,
    }),
    { maxLength: 2 },
  ),
});

const script = fc
  .tuple(
    body,
    fc.record({ name, description: oddText, category: oddText }),
    fc.uniqueArray(fc.integer({ min: 1, max: 9 })),
  )
  .chain(([own, about, numbers]) =>
    fc.tuple(...numbers.map(() => body)).map((bodies) => ({
      kind: 'Script',
      ...about,
      ...own,
      revisions: bodies.map((one, index) => ({ revision: numbers[index], ...one })),
    })),
  );

const task = fc.record({
  kind: fc.constant('Task'),
  name,
  description: oddText,
  os,
  script: name,
  scriptRevision: fc.option(fc.integer({ min: 1, max: 9 })),
  parameters: fc.dictionary(parameterName, fc.oneof(value, fc.constant({ secret: 'stored' }))),
  successExitCodes: fc.array(fc.integer({ min: -1, max: 255 }), { minLength: 1, maxLength: 3 }),
  timeoutMinutes: fc.integer({ min: 1, max: 90 }),
  runAs: fc.option(fc.constantFrom('root', 'oracle')),
  retries: fc.record({ count: fc.integer({ min: 0, max: 2 }), delaySeconds: fc.constantFrom(0, 60) }),
  reboots: fc.boolean(),
});

const step = fc.record(
  {
    task: name,
    onFailure: fc.constantFrom('stop', 'continue'),
    condition: fc.option(fc.record({ fact: fc.constant('rebootNeeded'), value: oddText })),
    retries: fc.option(fc.record({ count: fc.integer({ min: 0, max: 2 }) })),
  },
  { requiredKeys: ['task'] },
);
const steps = fc.array(step, { maxLength: 3 });

const workflow = fc.record(
  {
    kind: fc.constant('Workflow'),
    name,
    os,
    default: fc.boolean(),
    control: fc.record({ afterPreFailure: fc.constantFrom(null, 'never', 'always') }),
    prePatching: steps,
    postPatching: steps,
    afterReboot: steps,
  },
  { requiredKeys: ['kind', 'name', 'os'] },
);

const group = fc.record({
  kind: fc.constant('Group'),
  name: name.filter((text) => !text.includes(',')),
  description: oddText,
  rule: fc.oneof(
    fc.record({ is: fc.constant('present'), fact: fc.constant('tag.ring') }),
    fc.record({
      is: fc.constant('all'),
      of: fc.array(
        fc.record({
          is: fc.constantFrom('equal', 'like'),
          fact: fc.constantFrom('name', 'extra.site'),
          value: oddText.filter((text) => text !== ''),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  ),
});

const window = fc.record(
  {
    kind: fc.constant('Window'),
    name,
    endpoints: oddText.filter((text) => text !== ''),
    recurrence: fc.record(
      {
        rule: fc.constantFrom('FREQ=DAILY', 'FREQ=MONTHLY;BYDAY=2TU'),
        afterDays: fc.integer({ min: 0, max: 31 }),
        start: fc.constant('2026-01-31'),
        time: fc.constant('22:00'),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin'),
      },
      { requiredKeys: ['rule', 'start', 'time', 'timeZone'] },
    ),
    durationMinutes: fc.integer({ min: 15, max: 1440 }),
    blackouts: fc.array(
      fc.record({ from: fc.constant('2026-12-24'), to: fc.constant('2026-12-26'), reason: oddText }),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: ['kind', 'name', 'endpoints', 'recurrence', 'durationMinutes'] },
);

const patchFilter = fc.record({
  kind: fc.constant('PatchFilter'),
  name,
  description: oddText,
  filter: fc.record(
    {
      classifications: fc.subarray([...patchClassifications]),
      severities: fc.subarray([...patchSeverities]),
      text: oddText,
    },
    { requiredKeys: [] },
  ),
});

const plan = fc.record({
  kind: fc.constant('Plan'),
  name,
  patches: fc.record({
    choice: fc.oneof(
      fc.constantFrom({ which: 'all' }, { which: 'matching', classifications: ['security'] }),
      fc.record({ which: fc.constant('filter'), filter: name }),
    ),
    exclude: fc.array(
      oddText.filter((text) => text !== ''),
      { maxLength: 2 },
    ),
  }),
  assignments: fc.array(
    fc.record({ endpoints: oddText.filter((text) => text !== ''), os, workflow: fc.option(name) }),
    { maxLength: 3 },
  ),
});

/** Libraries in which no two things of a kind have the same name. */
export const documents: fc.Arbitrary<LibraryDocument[]> = fc.uniqueArray(
  fc
    .oneof(script, task, workflow, group, window, patchFilter, plan)
    .map((document) => libraryDocument.parse(document)),
  { selector: ({ kind, name: one }) => `${kind} ${one}`, maxLength: 8 },
);

/** Names of things. */
export const names = fc.uniqueArray(name, { maxLength: 30 });
