import fc from 'fast-check';

/** A file for `patchbay NOUN create -f`. */
export interface GivenFile {
  readonly noun: 'script' | 'task' | 'workflow' | 'group' | 'window' | 'patch-filter' | 'plan';
  readonly content: Uint8Array;
}

/** Files that would do as they are, where the script "Say hello" and the task "Greet" exist. */
const whole: Readonly<Record<GivenFile['noun'], Readonly<Record<string, unknown>>>> = {
  script: {
    kind: 'Script',
    name: 'Fuzz',
    os: ['linux'],
    interpreter: 'sh',
    content: 'exit 0',
    parameters: [{ name: 'a', type: 'string' }],
  },
  task: {
    kind: 'Task',
    name: 'Fuzz',
    os: 'linux',
    script: 'Say hello',
    parameters: { whom: 'x' },
    retries: { count: 1 },
  },
  workflow: {
    kind: 'Workflow',
    name: 'Fuzz',
    os: 'linux',
    prePatching: [{ task: 'Greet', condition: { fact: 'a', value: 'b' } }],
  },
  group: {
    kind: 'Group',
    name: 'Fuzz',
    rule: { is: 'all', of: [{ is: 'equal', fact: 'os', value: 'linux' }] },
  },
  window: {
    kind: 'Window',
    name: 'Fuzz',
    endpoints: 'all',
    recurrence: { rule: 'FREQ=DAILY', start: '2026-01-01', time: '22:00', timeZone: 'UTC' },
    durationMinutes: 60,
    blackouts: [{ from: '2026-12-24', to: '2026-12-26' }],
  },
  'patch-filter': {
    kind: 'PatchFilter',
    name: 'Fuzz',
    filter: { classifications: ['security'], severities: ['critical'], text: 'ssl' },
  },
  plan: {
    kind: 'Plan',
    name: 'Fuzz',
    assignments: [{ endpoints: 'all', os: 'linux' }],
    patches: { choice: { which: 'all' } },
  },
};

const noun = fc.constantFrom<GivenFile['noun']>(
  'script',
  'task',
  'workflow',
  'group',
  'window',
  'patch-filter',
  'plan',
);

const junk = fc.oneof(
  fc.constantFrom(null, true, -1, 1e308, '', 'a\u0000b', '\ud800', 'x'.repeat(2_000_000), [], {}, [[[]]]),
  fc.constantFrom(Array(10_000).fill({ task: 'Greet' }), { __proto__: null, constructor: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
);

const changed = fc
  .record({ noun, at: fc.nat(), value: junk, extra: fc.option(fc.string(), { nil: null }) })
  .map(({ noun: of, at, value, extra }): GivenFile => {
    const fields = Object.keys(whole[of]);
    const broken = { ...whole[of], [fields[at % fields.length] ?? '']: value };
    if (extra !== null) broken[extra] = value;
    return { noun: of, content: Buffer.from(JSON.stringify(broken)) };
  });

const random = fc.record({
  noun,
  content: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  ),
});

/** Files of which most are wrong: fields of wrong types and sizes, unknown fields, and things that are no text. */
export const brokenFile: fc.Arbitrary<GivenFile> = fc.oneof({ weight: 4, arbitrary: changed }, random);
