import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activity, ActivitySummary } from '@patchbay/contracts/activity';
import type { StartOrder } from '@patchbay/contracts/activity-order';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { CreatedEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { LiveEvent } from '@patchbay/contracts/live-event';
import type { Page } from '@patchbay/contracts/page';
import type { Run, RunEventEntry, RunSummary } from '@patchbay/contracts/run';
import type { Script } from '@patchbay/contracts/script';
import type { Task } from '@patchbay/contracts/task';
import type { Workflow, WorkflowSummary } from '@patchbay/contracts/workflow';
import type { Config } from '@patchbay/server/config';
import { newToken } from '@patchbay/server/db/token-hash';
import { type RunningServer, startServer } from '@patchbay/server/server';
import { useTestDatabase } from '@patchbay/testkit/database';
import { runOrThrow } from '@patchbay/testkit/lab/run-command';
import { ScriptedAgent, type ScriptedAgentOptions } from '@patchbay/testkit/scripted-agent';
import { enrolScripted } from '@patchbay/testkit/scripted-identity';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { type Truthy, waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const database = useTestDatabase();
const log = pino({ level: 'error' });
let config: Config;
let server: RunningServer;
let token = '';
const agents: ScriptedAgent[] = [];

beforeAll(async () => {
  config = {
    dataDir: await mkdtemp(join(tmpdir(), 'patchbay-server-')),
    host: '127.0.0.1',
    port: 0,
    databaseUrl: database.connectionString,
    adminToken: newToken('patchbay_api'),
    secretKeyFile: null,
    tls: null,
    trustedProxies: [],
  };
  server = await startServer({ config, log });
  token = String(server.firstToken);
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
});
afterAll(async () => {
  await server.stop();
  await rm(config.dataDir, { recursive: true });
});

async function api<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Body;
}

async function enrolled(name: string, options: Partial<ScriptedAgentOptions> = {}): Promise<ScriptedAgent> {
  const made = await api<CreatedEnrolmentToken>('POST', 'enrolment-tokens', { tags: { ring: 'test' } });
  const identity = await enrolScripted(server.url, made.token, name);
  const agent = new ScriptedAgent({ server: server.url, identity, ...options });
  agents.push(agent);
  await agent.connect();
  return agent;
}

function eventually<T>(what: string, condition: () => Promise<T>): Promise<Truthy<T>> {
  return waitFor(condition, { what });
}

const finishedCycle = (id: number) =>
  eventually(`cycle ${id} to finish`, async () => {
    const cycle = await api<Cycle>('GET', `cycles/${id}`);
    return cycle.status === 'finished' && cycle;
  });
const runOf = async (cycle: Cycle): Promise<Run> => {
  const { items } = await api<Page<RunSummary>>('GET', `runs?cycle=${cycle.id}`);
  return api<Run>('GET', `runs/${items[0]?.id}`);
};

describe('the first start', () => {
  it('L-40 there are four workflows, each the default of its operating system', async () => {
    const { items } = await api<Page<WorkflowSummary>>('GET', 'workflows');
    expect(items.map(({ os, isDefault, origin }) => [os, isDefault, origin])).toEqual([
      ['aix', true, 'builtIn'],
      ['linux', true, 'builtIn'],
      ['solaris', true, 'builtIn'],
      ['windows', true, 'builtIn'],
    ]);
  });

  it('L-41 the Linux one checks after patching whether a reboot is needed, and reboots if so', async () => {
    const { postPatching } = await api<Workflow>('GET', 'workflows/Linux Patching');
    expect(postPatching).toHaveLength(2);
    expect(postPatching[1]?.condition).toEqual({ fact: 'rebootNeeded', is: 'equal', value: 'true' });
  });

  it('L-01 L-20 L-24 built-in scripts and tasks are there and can be copied, not changed', async () => {
    const { items } = await api<Page<Task>>('GET', 'tasks?origin=builtIn&search=reboot');
    expect(items.map(({ name }) => name)).toContain('Simple Linux Reboot');
    const { content } = await api<Script>('GET', 'scripts/Simple Linux Reboot');
    expect(content).toContain('#!/bin/sh');
    const edit = { name: 'x', os: 'linux', script: 'Simple Linux Reboot' };
    await expect(api('PUT', 'tasks/Simple Linux Reboot', edit)).rejects.toThrow('BUILT_IN');
    await expect(api('DELETE', 'scripts/Simple Linux Reboot')).rejects.toThrow('BUILT_IN');
    expect(await api<Task>('POST', 'tasks/Simple Linux Reboot/duplicate', {})).toMatchObject({
      name: 'Simple Linux Reboot (copy)',
      origin: 'personal',
      reboots: true,
    });
  });

  it('L-07 built-in scripts that no real system has run yet say so, in the API and on the command line', async () => {
    expect(await api<Script>('GET', 'scripts/Simple Linux Reboot')).toMatchObject({ verified: true });
    expect(await api<Script>('GET', 'scripts/Simple AIX Reboot')).toMatchObject({ verified: false });
    const env = { ...process.env, PATCHBAY_URL: server.url, PATCHBAY_TOKEN: token };
    const patchbay = (...args: string[]) =>
      runOrThrow([process.execPath, join(import.meta.dirname, '../../cli/src/main.ts'), ...args], { env });
    const [list, aix, linux] = await Promise.all([
      patchbay('script', 'list', '--search', 'reboot'),
      patchbay('script', 'show', 'Simple AIX Reboot'),
      patchbay('script', 'show', 'Simple Linux Reboot'),
    ]);
    expect(list).toMatch(/^B\tSimple AIX Reboot\t.*\tnot verified on a real system$/m);
    expect(list).toMatch(/^B\tSimple Linux Reboot\t.*\t$/m);
    expect(aix).toMatch(/^verified +not verified on a real system$/m);
    expect(linux).toMatch(/^verified +yes$/m);
  });

  it('S-06 the secret key is made once, for this user only', async () => {
    const file = join(config.dataDir, 'secret-key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Buffer.from((await readFile(file, 'utf8')).trim(), 'base64')).toHaveLength(32);
  });
});

describe('a cycle over the real protocol', () => {
  it('P-01 W-14 O-02 runs from activation to its result, with every step, activity, output and sentence to see', async () => {
    const secret = 'swordfish-4711';
    await api('POST', 'scripts', {
      name: 'Drain',
      os: ['linux'],
      interpreter: 'sh',
      content: 'drain',
      parameters: [
        { name: 'pool', type: 'string', default: 'blue' },
        { name: 'password', type: 'secret' },
      ],
    });
    await api('POST', 'tasks', {
      name: 'Drain it',
      os: 'linux',
      script: 'Drain',
      successExitCodes: [0, 3],
      parameters: { password: secret },
    });
    await api('POST', 'workflows', { name: 'Web', os: 'linux', prePatching: [{ task: 'Drain it' }] });
    await api('POST', 'plans', {
      name: 'Web',
      assignments: [{ endpoints: 'tag:ring=test', os: 'linux', workflow: 'Web' }],
    });

    const orders: StartOrder[] = [];
    const patch = {
      id: 'openssl=2',
      package: 'openssl',
      fromVersion: '1',
      toVersion: '2',
      outcome: 'installed',
      security: true,
      message: null,
    } as const;
    await enrolled('web-1', {
      onOrder: (order) => {
        orders.push(order);
        return order.work.kind === 'patch'
          ? { outcome: { kind: 'patched', patches: [patch], reboot: { needed: false, reasons: [] } } }
          : {
              outcome: { kind: 'exited', exitCode: 3, facts: { drained: 'yes' } },
              output: { stdout: 'draining…\n', stderr: 'slow\n' },
            };
      },
    });
    const events: LiveEvent[] = [];
    const stream = await fetch(`${server.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reading = collect(stream, events);

    const opened = await api<Cycle>('POST', 'plans/Web/activate', {});
    const cycle = await finishedCycle(opened.id);
    expect(cycle).toMatchObject({ result: 'succeeded', runs: { total: 1, succeeded: 1 } });
    const run = await runOf(cycle);
    expect(run).toMatchObject({
      result: 'succeeded',
      endpoint: { name: 'web-1' },
      facts: { drained: 'yes', patchesInstalled: '1' },
      options: { cancel: false, resume: false },
    });
    expect(run.steps.map(({ key, status, attempts }) => [key, status, attempts])).toEqual([
      ['pre-1', 'succeeded', 1],
      ['patch', 'succeeded', 1],
    ]);
    const work = orders[0]?.work;
    expect(work?.kind === 'script' && work.environment).toEqual({
      PATCHBAY_POOL: 'blue',
      PATCHBAY_PASSWORD: secret,
    });

    const history = await api<Page<RunEventEntry>>('GET', `runs/${run.id}/events`);
    expect(history.items.map(({ kind }) => kind)).toContain('activityFinished');
    expect(history.items.every(({ notes }) => notes.length > 0)).toBe(true);
    const list = await api<Page<ActivitySummary>>('GET', `activities?cycle=${cycle.id}`);
    expect(list.items.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['patch', 'patched'],
      ['pre-1', 'exited'],
    ]);
    const activity = await api<Activity>('GET', `activities/${run.id}.pre-1.1`);
    expect(activity).toMatchObject({
      status: 'succeeded',
      exitCode: 3,
      successExitCodes: [0, 3],
      script: { name: 'Drain', revision: 1 },
      facts: { drained: 'yes' },
      parameters: { PATCHBAY_POOL: 'blue' },
      timeoutMinutes: 30,
    });
    expect(JSON.stringify([activity, run, history])).not.toContain(secret);
    const patched = await api<Activity>('GET', `activities/${run.id}.patch.1`);
    expect(patched.patches).toEqual([patch]);

    const output = await eventually('the output', async () => {
      const answer = await fetch(`${server.url}/api/v1/activities/${run.id}.pre-1.1/output?wait=5`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const text = await answer.text();
      return text === '' ? null : { text, headers: answer.headers };
    });
    expect(output.text).toBe('draining…\n');
    expect(output.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(output.headers.get('patchbay-next-from')).toBe('12');
    expect(output.headers.get('patchbay-end')).toBe('true');
    const beginning = await fetch(`${server.url}/api/v1/activities/${run.id}.pre-1.1/output?from=12&wait=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([await beginning.text(), beginning.headers.get('patchbay-end')]).toEqual(['', 'true']);

    await eventually('the live changes', async () => {
      const named = (kind: LiveEvent['kind']) =>
        events.filter((event) => event.kind === kind).flatMap(({ ids }) => ids);
      return named('cycle').includes(cycle.id);
    });
    await reading.cancel();
  });

  it('W-12 W-13 a failed run can be resumed and a running one cancelled, each audited', async () => {
    let exitCode = 1;
    const agent = await enrolled('db-1', {
      onOrder: () => (exitCode < 0 ? null : { outcome: { kind: 'exited', exitCode, facts: {} } }),
    });
    const failed = await finishedCycle(
      (await api<Cycle>('POST', 'task-runs', { task: 'Drain it', on: 'endpoint:db-1' })).id,
    );
    expect(failed).toMatchObject({ kind: 'task', result: 'failed' });
    const run = await runOf(failed);
    expect(run.options).toMatchObject({ cancel: false, resume: true, repeat: ['task'] });
    await expect(api('POST', `runs/${run.id}/cancel`)).rejects.toThrow('NOT_POSSIBLE_NOW');
    exitCode = 0;
    await api('POST', `runs/${run.id}/resume`);
    await eventually('the resumed run to succeed', async () => (await runOf(failed)).result === 'succeeded');

    exitCode = -1;
    const opened = await api<Cycle>('POST', 'task-runs', { task: 'Drain it', on: 'endpoint:db-1' });
    await eventually('the activity to start', async () => agent.executions === 3);
    await api('POST', `runs/${(await runOf(opened)).id}/cancel`);
    expect(await finishedCycle(opened.id)).toMatchObject({ runs: { cancelled: 1 } });
    const audit = await api<Page<{ action: string }>>('GET', 'audit?limit=4');
    expect(audit.items.map(({ action }) => action)).toEqual([
      'run.cancel',
      'task.run',
      'run.resume',
      'task.run',
    ]);
  });

  it('O-08 given an endpoint that has worked, then /metrics has the figures of it, and no name', async () => {
    await enrolled('metered-1', { onOrder: () => ({ outcome: { kind: 'exited', exitCode: 0, facts: {} } }) });
    const on = 'endpoint:metered-1';
    await finishedCycle((await api<Cycle>('POST', 'task-runs', { task: 'Drain it', on })).id);
    await fetch(`${server.url}/no/such/${randomUUID()}`);
    const answer = await fetch(`${server.url}/metrics`);
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    const text = await answer.text();
    const figure = (series: string) => {
      const line = text.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? null : Number(line.split(' ')[1]);
    };
    expect(figure('patchbay_database_up')).toBe(1);
    expect(figure('patchbay_endpoints_connected')).toBeGreaterThan(0);
    expect(figure('patchbay_activities_started_total')).toBeGreaterThan(0);
    expect(figure('patchbay_activities_finished_total{status="succeeded"}')).toBeGreaterThan(0);
    expect(figure('patchbay_engine_batch_duration_seconds_count')).toBeGreaterThan(0);
    const known = 'method="POST",route="/api/v1/task-runs",status="2xx"';
    expect(figure(`patchbay_http_request_duration_seconds_count{${known}}`)).toBeGreaterThan(0);
    const unknown = 'method="GET",route="none",status="4xx"';
    expect(figure(`patchbay_http_request_duration_seconds_count{${unknown}}`)).toBeGreaterThan(0);
    expect(text).not.toMatch(/metered-1|no\/such|Drain/);
  });

  it('E-01 E-03 S-04 an endpoint is listed with what it says, can be scanned, tagged and revoked', async () => {
    const agent = await enrolled('mail-1');
    const known = await eventually('the connection', async () => {
      const endpoint = await api<Endpoint>('GET', 'endpoints/mail-1');
      return endpoint.status === 'connected' && endpoint;
    });
    expect(known).toMatchObject({
      os: 'linux',
      tags: { ring: 'test' },
      bootId: 'boot-1',
    });
    await api('POST', 'endpoints/mail-1/scan');
    await eventually('the scan order', async () => agent.scanOrders > 0);
    await api('PUT', 'endpoints/mail-1/tags', { tags: { ring: 'late' } });
    expect((await api<Page<Endpoint>>('GET', 'endpoints?selector=tag:ring%3Dlate')).items).toHaveLength(1);
    await api('POST', 'endpoints/mail-1/revoke');
    await eventually('the goodbye', async () => agent.goodbye?.code === 'REVOKED');
    await expect(api('GET', 'endpoints/mail-1')).rejects.toThrow('NOT_FOUND');
    expect(await api<Endpoint>('GET', `endpoints/${known.id}`)).toMatchObject({ status: 'revoked' });
  });
});

describe('later starts', () => {
  it('L-40 change nothing of the library and keep the chosen default; there is no second first token', async () => {
    await api('POST', 'workflows', { name: 'My default', os: 'windows' });
    await api('POST', 'workflows/My default/set-default');
    const snapshot = async () =>
      (
        await database.pool.query(
          `select (select json_agg(t order by id) from scripts t) as scripts, (select json_agg(t order by id) from tasks t) as tasks,
             (select json_agg(t order by id) from workflows t) as workflows, (select count(*) from script_revisions) as revisions`,
        )
      ).rows;
    const before = await snapshot();
    const second = await startServer({ config, log });
    try {
      expect(second.firstToken).toBeNull();
      // A link for each start, while there is no user (S-01).
      expect(second.firstLink).toMatch(/^http:.*\/welcome#patchbay_link_/);
      expect(second.firstLink?.split('#')[1]).not.toBe(server.firstLink?.split('#')[1]);
      expect(await snapshot()).toEqual(before);
    } finally {
      await second.stop();
    }
  });

  it('S-06 a secret key that does not fit the database is refused with a sentence', async () => {
    const secretKeyFile = join(config.dataDir, 'other-key');
    await writeFile(secretKeyFile, `${Buffer.alloc(32, 7).toString('base64')}\n`);
    await expect(startServer({ config: { ...config, secretKeyFile }, log })).rejects.toThrow(
      'sealed with a key that the secret key file does not hold',
    );
    await writeFile(secretKeyFile, 'not a key\n');
    await expect(startServer({ config: { ...config, secretKeyFile }, log })).rejects.toThrow(
      '32 random bytes',
    );
  });
});

describe('TLS', () => {
  testsNeeding('openssl', spawnSync('openssl', ['version']).status === 0)(
    'S-04 S-01 with a certificate the server speaks HTTPS only, to agents and browsers too',
    async () => {
      const [certFile, keyFile] = [join(config.dataDir, 'cert'), join(config.dataDir, 'key')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const make = [
        'req',
        '-x509',
        '-newkey',
        'ed25519',
        '-nodes',
        '-keyout',
        keyFile,
        '-out',
        certFile,
        ...subject,
      ];
      expect(spawnSync('openssl', make).status).toBe(0);
      const secure = await startServer({ config: { ...config, tls: { certFile, keyFile } }, log });
      try {
        expect(secure.url).toMatch(/^https:/);
        const ca = await readFile(certFile);
        const status = await new Promise((resolve, reject) => {
          get(`${secure.url}/healthz`, { ca }, (answer) => resolve(answer.resume().statusCode)).on(
            'error',
            reject,
          );
        });
        expect(status).toBe(200);
        const [page = '', link] = String(secure.firstLink).split('#');
        expect(page).toBe(`${secure.url}/welcome`);
        const password = 'correct horse battery staple';
        const cookie = await new Promise((resolve, reject) => {
          const headers = { 'content-type': 'application/json' };
          request(`${secure.url}/api/v1/welcome`, { method: 'POST', ca, headers }, (answer) =>
            resolve(answer.resume().headers['set-cookie']?.[0]),
          )
            .on('error', reject)
            .end(JSON.stringify({ token: link, name: 'ada', displayName: 'Ada', password }));
        });
        expect(cookie).toMatch(/^patchbay_session=.*; HttpOnly; SameSite=Strict; .*; Secure$/);
        const socket = new WebSocket(`${secure.url.replace('https', 'wss')}/agent/v1`, { ca });
        expect(String(await once(socket, 'message'))).toContain('challenge');
        socket.close();
        await once(socket, 'close');
      } finally {
        await secure.stop();
      }
    },
  );
});

function collect(response: Response, events: LiveEvent[]): { cancel(): Promise<void> } {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    let text = '';
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return;
      text += chunk.value;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as LiveEvent);
      }
    }
  })();
  return {
    async cancel() {
      await reader?.cancel();
      await reading;
    },
  };
}
