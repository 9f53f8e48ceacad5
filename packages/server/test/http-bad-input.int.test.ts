import { apiTokenInput } from '@patchbay/contracts/api-token';
import { enrolmentTokenInput } from '@patchbay/contracts/enrolment-token';
import { errorCatalogue } from '@patchbay/contracts/errors';
import { groupInput, groupPreviewInput } from '@patchbay/contracts/group';
import { invitationInput } from '@patchbay/contracts/invitation';
import { libraryApplyInput } from '@patchbay/contracts/library-document';
import { limits } from '@patchbay/contracts/limits';
import { planInput } from '@patchbay/contracts/plan';
import { problem as problemSchema } from '@patchbay/contracts/problem';
import { scriptInput } from '@patchbay/contracts/script';
import { scriptTestRunInput } from '@patchbay/contracts/script-test-run';
import { signInInput } from '@patchbay/contracts/session';
import { settingInput } from '@patchbay/contracts/setting';
import { taskInput, taskRunInput } from '@patchbay/contracts/task';
import { roleInput } from '@patchbay/contracts/user';
import { linkInput, passwordResetInput, welcomeInput } from '@patchbay/contracts/welcome';
import { passwordChangeInput, profileInput } from '@patchbay/contracts/whoami';
import { windowInput } from '@patchbay/contracts/window';
import { workflowInput } from '@patchbay/contracts/workflow';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type Call, useHttp } from './http-fixture.ts';

const http = useHttp();

const parameter = {
  name: 'host',
  label: 'Host',
  type: 'choice',
  required: false,
  default: 'a',
  choices: ['a'],
  help: '',
};
const step = {
  task: 'Known',
  onFailure: 'continue',
  condition: { fact: 'rebootNeeded', is: 'equal', value: 'true' },
  timeoutMinutes: 5,
  retries: { count: 1, delaySeconds: 1 },
};
const rule = {
  is: 'any',
  of: [
    { is: 'none', of: [{ is: 'all', of: [{ is: 'present', fact: 'tag.ring' }] }] },
    { is: 'equal', fact: 'os', value: 'linux' },
    { is: 'atLeast', fact: 'osVersion', value: '12' },
    { is: 'within', fact: 'address', value: '10.0.0.0/8' },
    { is: 'oneOf', fact: 'name', values: ['a', 'b'] },
  ],
};

interface Target {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly schema: z.ZodType;
  /** Every field is there, so that every field can be spoilt. */
  readonly valid: Record<string, unknown>;
}

const things: readonly Target[] = [
  {
    method: 'POST',
    url: 'scripts',
    schema: scriptInput,
    valid: {
      name: 'S',
      description: 'd',
      category: 'c',
      os: ['linux'],
      interpreter: 'sh',
      content: 'x',
      parameters: [parameter],
      note: 'n',
    },
  },
  {
    method: 'POST',
    url: 'tasks',
    schema: taskInput,
    valid: {
      name: 'T',
      description: 'd',
      os: 'linux',
      script: 'Known',
      scriptRevision: 1,
      parameters: {},
      successExitCodes: [0, 3],
      timeoutMinutes: 3,
      runAs: 'root',
      retries: { count: 1, delaySeconds: 5 },
      category: 'General',
      reboots: false,
      safeToRepeat: true,
      safeInRehearsal: true,
    },
  },
  {
    method: 'POST',
    url: 'workflows',
    schema: workflowInput,
    valid: {
      name: 'W',
      description: 'd',
      os: 'linux',
      control: { afterPreFailure: 'always', afterPatchFailure: 'never', afterPostFailure: 'stop' },
      prePatching: [step],
      postPatching: [step],
      afterReboot: [step],
    },
  },
  {
    method: 'POST',
    url: 'groups',
    schema: groupInput,
    valid: { name: 'G', description: 'd', rule },
  },
  {
    method: 'POST',
    url: 'windows',
    schema: windowInput,
    valid: {
      name: 'M',
      description: 'd',
      endpoints: 'all',
      recurrence: {
        rule: 'FREQ=MONTHLY;BYDAY=2TU',
        afterDays: 3,
        start: '2026-01-01',
        time: '22:00',
        timeZone: 'Europe/Berlin',
      },
      durationMinutes: 240,
      blackouts: [{ from: '2026-12-24', to: '2026-12-26', reason: 'Christmas' }],
    },
  },
  {
    method: 'POST',
    url: 'plans',
    schema: planInput,
    valid: {
      name: 'P',
      description: 'd',
      patches: { choice: { which: 'listed', ids: ['a=1'] }, exclude: ['b'], minimumAgeDays: 3 },
      assignments: [{ endpoints: 'all', os: 'linux', workflow: 'Known workflow' }],
      schedule: { kind: 'at', at: '2099-01-01T00:00:00Z' },
      rollout: {
        waves: [{ name: 'Pilot', size: { kind: 'count', count: 5 }, gate: { soakMinutes: 60 } }],
        maximumConcurrent: 20,
        failureThreshold: { kind: 'count', count: 3 },
      },
      deadlineMinutes: 600,
      reportTo: ['team@example.org'],
    },
  },
];

const body = { os: ['linux'], interpreter: 'sh', content: 'y', parameters: [parameter] };
const documents = ['Script', 'Task', 'Workflow', 'Group', 'Window', 'Plan'].map((kind, index) => ({
  kind,
  ...things[index]?.valid,
  ...(kind === 'Script' ? { revisions: [{ revision: 1, ...body }] } : {}),
  ...(kind === 'Workflow' ? { default: false } : {}),
}));

const targets: readonly Target[] = [
  ...things,
  {
    method: 'POST',
    url: 'library/apply',
    schema: libraryApplyInput,
    valid: {
      dryRun: false,
      prune: false,
      documents,
      secrets: [{ task: 'T', parameter: 'host', value: 'x' }],
    },
  },
  { method: 'POST', url: 'groups/preview', schema: groupPreviewInput, valid: { rule } },
  {
    method: 'POST',
    url: 'task-runs',
    schema: taskRunInput,
    valid: { task: 'Known', on: 'endpoint:nobody', parameters: {} },
  },
  {
    method: 'POST',
    url: 'script-test-runs',
    schema: scriptTestRunInput,
    valid: {
      name: 'S',
      interpreter: 'sh',
      content: 'x',
      parameters: [parameter],
      values: { host: 'a' },
      endpoint: 'nobody',
      timeoutMinutes: 5,
    },
  },
  {
    method: 'POST',
    url: 'enrolment-tokens',
    schema: enrolmentTokenInput,
    valid: { description: 'd', uses: 1, expiresInMinutes: 5, tags: { ring: 'a' } },
  },
  {
    method: 'POST',
    url: 'api-tokens',
    schema: apiTokenInput,
    valid: { name: 'A', role: 'viewer', expiresInDays: 5 },
  },
  {
    method: 'POST',
    url: 'welcome',
    schema: welcomeInput,
    valid: { token: 'patchbay_link_x', name: 'ada', displayName: 'Ada', password: 'a long enough password' },
  },
  { method: 'POST', url: 'welcome/check', schema: linkInput, valid: { token: 'patchbay_link_x' } },
  {
    method: 'POST',
    url: 'password-resets',
    schema: passwordResetInput,
    valid: { token: 'patchbay_link_x', password: 'a long enough password' },
  },
  {
    method: 'POST',
    url: 'sessions',
    schema: signInInput,
    valid: { name: 'ada', password: 'a long enough password' },
  },
  {
    method: 'PUT',
    url: 'whoami/password',
    schema: passwordChangeInput,
    valid: { currentPassword: 'a long enough password', newPassword: 'another long password' },
  },
  {
    method: 'PUT',
    url: 'whoami/profile',
    schema: profileInput,
    valid: { displayName: 'Ada', theme: 'dark' },
  },
  {
    method: 'POST',
    url: 'invitations',
    schema: invitationInput,
    valid: { role: 'viewer', expiresInHours: 5 },
  },
  { method: 'PUT', url: 'users/nobody/role', schema: roleInput, valid: { role: 'viewer' } },
  { method: 'PUT', url: 'settings/run.lostMinutes', schema: settingInput, valid: { value: 7 } },
];

beforeAll(async () => {
  await http.task({ name: 'Known' });
  await http.ok('POST', 'workflows', { name: 'Known workflow', os: 'linux' });
});

/** How many rows there are of everything that the API can store. */
async function rows(): Promise<unknown> {
  const tables =
    'scripts script_revisions tasks workflows workflow_tasks groups windows plans plan_assignments cycles snapshots runs api_tokens enrolment_tokens settings audit idempotency_keys users sessions one_time_links sign_in_attempts';
  const counts = tables.split(' ').map((table) => `(select count(*) from ${table})`);
  return http.column(`select array[${counts.join(', ')}]`);
}

/** Calls and demands a refusal of the catalogue that stores nothing. */
async function refused(method: Target['method'] | 'GET', url: string, call: Call): Promise<string> {
  const before = await rows();
  const { status, body, headers } = await http.call(method, url, call);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(headers['content-type']).toContain('application/problem+json');
  const problem = problemSchema.parse(body);
  expect(errorCatalogue[problem.code].status).toBe(status);
  expect(await rows()).toEqual(before);
  return problem.code;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Every place in a document, as the keys that lead there. */
function places(value: unknown, path: string[] = []): string[][] {
  const inside =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, child]) => places(child, [...path, key]))
      : [];
  return [path, ...inside];
}

/** A copy in which one place is changed; `undefined` removes it. */
function changed(
  value: unknown,
  [key, ...rest]: readonly string[],
  change: (old: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value);
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const record = copy as Record<string, unknown>;
  record[key] = changed(record[key], rest, change);
  return copy;
}

const nasty: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '../../etc/passwd',
    "'; drop table runs; --",
    '%00',
    '𝕏',
  ),
  fc.constantFrom<Json>(-1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 53, -0, 2 ** 31),
  fc.constantFrom<Json>(null, true, [], {}, [[]], { secret: 'stored' }, { __proto__: 1 }),
  fc.integer({ min: 100, max: 60_000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 300, max: 3000 }).map((length) => Array.from({ length }, () => ({}))),
);

/** A document in which one place was replaced, removed or given an unknown field. */
const spoilt = ({ valid }: Target): fc.Arbitrary<unknown> =>
  fc
    .record({
      place: fc.constantFrom(...places(valid)),
      value: nasty,
      how: fc.constantFrom('replace', 'remove', 'unknown field'),
    })
    .map(({ place, value, how }) =>
      changed(valid, place, (old) => {
        if (how === 'replace') return value;
        if (how === 'remove') return undefined;
        return typeof old === 'object' && old !== null && !Array.isArray(old)
          ? { ...old, unknown: 1 }
          : value;
      }),
    );

describe('S-07 bad input', () => {
  it.each(targets.map((target) => [target.url, target] as const))(
    'S-07 whatever is sent to %s is either valid or refused with a code, stores nothing then, and never fails',
    async (_, target) => {
      await fc.assert(
        fc.asyncProperty(spoilt(target), async (body) => {
          const sent = JSON.stringify(body);
          if (sent === undefined) return;
          const call = { body: sent, headers: { 'content-type': 'application/json' } };
          const isValid = target.schema.safeParse(JSON.parse(sent)).success;
          const answer = isValid
            ? (await http.call(target.method, target.url, call)).status < 500
            : await refused(target.method, target.url, call);
          expect(answer).toBe(isValid || 'INVALID_INPUT');
        }),
        { numRuns: 60 },
      );
    },
  );

  it('S-07 any bytes as a body are refused and never fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...targets),
        async (bytes, target) => {
          const call = { body: Buffer.from(bytes), headers: { 'content-type': 'application/json' } };
          expect((await http.call(target.method, target.url, call)).status).toBeLessThan(500);
        },
      ),
      { numRuns: 100 },
    );
  });

  const raw = (body: string | Buffer, type = 'application/json'): Call => ({
    body,
    headers: { 'content-type': type },
  });

  it('S-07 broken UTF-8, broken JSON and other content types are told apart', async () => {
    expect(await refused('POST', 'scripts', raw(Buffer.from([0x22, 0xc3, 0x28, 0x22])))).toBe(
      'MALFORMED_BODY',
    );
    expect(await refused('POST', 'scripts', raw('{"name":'))).toBe('MALFORMED_BODY');
    expect(await refused('POST', 'scripts', raw(''))).toBe('INVALID_INPUT');
    expect(await refused('POST', 'scripts', raw('name=x', 'application/x-www-form-urlencoded'))).toBe(
      'UNSUPPORTED_MEDIA_TYPE',
    );
    expect(await refused('POST', 'scripts', raw('x', 'text/plain'))).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(await refused('POST', 'scripts', raw('[]'))).toBe('INVALID_INPUT');
    expect(await refused('POST', 'scripts', raw('{"__proto__":{"name":"x"}}'))).toBe('INVALID_INPUT');
  });

  it('S-07 huge bodies are refused: a script of 10 MB, 10,000 steps, deep nesting, many unknown fields', async () => {
    const script = { ...targets[0]?.valid, content: 'x'.repeat(10 * 1024 * 1024) };
    expect(await refused('POST', 'scripts', raw(JSON.stringify(script)))).toBe('TOO_LARGE');
    const long = { ...targets[0]?.valid, content: 'x'.repeat(2 * 1024 * 1024) };
    expect(await refused('POST', 'scripts', raw(JSON.stringify(long)))).toBe('INVALID_INPUT');
    const steps = {
      ...targets[2]?.valid,
      prePatching: Array.from({ length: 10_000 }, () => ({ task: 'Known' })),
    };
    expect(await refused('POST', 'workflows', raw(JSON.stringify(steps)))).toBe('INVALID_INPUT');
    const wrong = { ...targets[2]?.valid, prePatching: Array.from({ length: 100_000 }, () => 1) };
    expect(await refused('POST', 'workflows', raw(JSON.stringify(wrong)))).toBe('TOO_LARGE');
    const nested = (depth: number) => `{"parameters":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
    expect(await refused('POST', 'tasks', raw(nested(40_000)))).toBe('INVALID_INPUT');
    expect(await refused('POST', 'tasks', raw(nested(600_000)))).toBe('TOO_LARGE');
    const fields = Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`f${index}`, 1]));
    expect(await refused('POST', 'tasks', raw(JSON.stringify(fields)))).toBe('INVALID_INPUT');
    const values = { ...targets[1]?.valid, parameters: fields };
    expect(await refused('POST', 'tasks', raw(JSON.stringify(values)))).toBe('INVALID_INPUT');
  });

  it('S-07 L-52 a library may be larger than one thing, and has a limit too', async () => {
    const values = Array.from({ length: limits.requestValues + 1 }, () => 0);
    const large = { documents: [], ignored: values };
    expect(await refused('POST', 'library/apply', raw(JSON.stringify(large)))).toBe('INVALID_INPUT');
    const many = JSON.stringify({ documents: Array(limits.libraryValues + 1).fill(0) });
    expect(await refused('POST', 'library/apply', raw(many))).toBe('TOO_LARGE');
    const long = `{"documents":[],"ignored":"${'x'.repeat(limits.libraryBytes)}"}`;
    expect(await refused('POST', 'library/apply', raw(long))).toBe('TOO_LARGE');
    const wrong = JSON.stringify({ documents: Array(limits.libraryDocuments + 1).fill(documents[3]) });
    expect(await refused('POST', 'library/apply', raw(wrong))).toBe('INVALID_INPUT');
  });

  it('S-07 a refusal lists at most 50 fields and counts the rest', async () => {
    const parameters = Array.from({ length: 90 }, () => ({ nothing: true }));
    const { problem } = await http.call('POST', 'scripts', { body: { ...targets[0]?.valid, parameters } });
    expect(problem.errors).toHaveLength(50);
    expect(problem.detail).toMatch(/\d+ more wrong fields/);
  });

  it('S-07 wrong addresses, methods, queries and ids are refused as problem+json', async () => {
    expect(await refused('GET', '/nowhere', {})).toBe('NOT_FOUND');
    expect(await refused('GET', '/api/v1/nowhere', { as: 'nobody' })).toBe('NOT_FOUND');
    expect(await refused('PUT', 'plans', { body: {} })).toBe('METHOD_NOT_ALLOWED');
    const put = await http.call('PATCH', 'scripts/x');
    expect([put.status, put.headers['allow']]).toEqual([405, 'DELETE, GET, HEAD, PUT']);
    for (const url of [
      'runs/abc',
      'runs/0',
      'runs/99999999999999999999',
      'cycles/-1',
      'activities/1',
      'activities/1.x.y',
      'runs?limit=0',
      'runs?limit=1000000',
      'runs?limit=a',
      'runs?unknown=1',
      'runs?cycle=x',
      'runs?status=odd',
      'scripts?search=%00',
      'scripts/%00',
      'scripts/%FF',
      'plans/%E0%A4%A',
      `scripts/${'x'.repeat(3000)}`,
      'endpoints?selector=group%3A',
      'enrolment-tokens?cursor=%F0',
      'activities/1.pre-1.1/output?from=-1',
      'activities/1.pre-1.1/output?wait=3600',
    ]) {
      expect(['INVALID_INPUT', 'NOT_FOUND'], url).toContain(await refused('GET', url, {}));
    }
    for (const url of ['runs/1', 'cycles/1', 'activities/1.pre-1.1', 'plans/Nothing', 'endpoints/Nothing']) {
      expect(await refused('GET', url, {}), url).toBe('NOT_FOUND');
    }
  });

  it('S-07 the server still answers', async () => {
    expect((await http.call('GET', 'whoami')).status).toBe(200);
  });
});
