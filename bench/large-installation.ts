import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import { createPool } from '@patchbay/server/db/pool';
import { connectionUrl } from '@patchbay/testkit/connection-url';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import type { Logger } from 'pino';
import { addFleet, connectFleet } from './large-fleet.ts';
import { type WalkedCycle, walkCycle } from './walked-cycle.ts';

/** The plan that is foreseen: waves by group and by percentage, maintenance windows, rows for groups. */
export const foreseenPlan = {
  name: 'Foreseen',
  assignments: [
    { endpoints: 'group:Group 3', os: 'linux' },
    { endpoints: 'group:Group 5', os: 'linux' },
    { endpoints: 'all', os: 'linux' },
    { endpoints: 'all', os: 'windows' },
  ],
  rollout: {
    waves: [
      { name: 'Canary', size: { kind: 'group', group: 'Group 1' }, gate: gate(20, 30) },
      { name: 'Early', size: { kind: 'percent', percent: 10 }, gate: gate(20, 60) },
      { name: 'Half', size: { kind: 'percent', percent: 50 } },
    ],
    maximumConcurrent: 2_000,
    failureThreshold: { kind: 'percent', percent: 20 },
  },
};

/** The plan whose cycles are walked to their end: at any time, and without a pause between its waves. */
const walkedPlan = {
  name: 'Walked',
  emergency: true,
  assignments: [
    { endpoints: 'all', os: 'linux', workflow: 'Bench (Linux)' },
    { endpoints: 'all', os: 'windows', workflow: 'Bench (Windows)' },
  ],
  rollout: {
    waves: [
      { name: 'Canary', size: { kind: 'percent', percent: 1 }, gate: gate(null, 0) },
      { name: 'Early', size: { kind: 'percent', percent: 10 }, gate: gate(null, 0) },
    ],
    maximumConcurrent: 200,
    // Of agents that answer at once those that fail are the first.
    failureThreshold: null,
  },
};

const workflows = [
  {
    os: 'linux',
    system: 'Linux',
    prePatching: ['Disk Space Check', 'Package Manager Health Check'],
    postPatching: ['Check if a Reboot Is Needed', 'Failed Units Check', 'Boot Check'],
  },
  {
    os: 'windows',
    system: 'Windows',
    prePatching: ['Disk Space Check', 'Windows Update Health Check'],
    postPatching: ['Check if a Reboot Is Needed', 'Collect Diagnostics', 'Windows Update Search'],
  },
];

const groups = 20;

/** An installation with many endpoints: a database of its own, which grows, and a server process on it. */
export interface LargeInstallation extends AsyncDisposable {
  /** Adds endpoints up to so many, and walks a cycle over all of them; the server is stopped meanwhile. */
  growTo(endpoints: number): Promise<WalkedCycle>;
  /** Sends a request; throws unless it succeeds. */
  request(method: 'GET' | 'POST', path: string, body?: object): Promise<Buffer>;
  /** What the server process holds, and has held at the most since it began, in MB. */
  memoryMb(): { readonly now: number; readonly most: number };
}

/** Makes an installation with a library, groups, windows and plans, and no endpoints. */
export async function createLargeInstallation(
  connection: PostgresConnection,
  log: Logger,
): Promise<LargeInstallation> {
  const database = `bench_${randomUUID().replaceAll('-', '')}`;
  await using cleanUp = new AsyncDisposableStack();
  const administrator = createPool(connection, { max: 1, name: 'bench', log });
  cleanUp.defer(() => administrator.end());
  await administrator.query(`create database ${database}`);
  cleanUp.defer(async () => void (await administrator.query(`drop database ${database} with (force)`)));
  // Dropping the database ends connections that are just closing.
  const quiet = log.child({}, { level: 'error' });
  const target = { ...connection, database };
  const server = cleanUp.use(await startPatchbayServer(connectionUrl(target)));
  const pool = createPool(target, { max: 8, name: 'bench', log: quiet });
  cleanUp.defer(() => pool.end());
  const enginePool = createPool(target, { max: 8, name: 'bench engine', log: quiet, genericPlans: true });
  cleanUp.defer(() => enginePool.end());
  await fillLibrary(server);
  let endpoints = 0;
  const kept = cleanUp.move();
  return {
    async growTo(count) {
      await server.shutDown();
      await addFleet(pool, endpoints + 1, count);
      endpoints = count;
      await pool.query('vacuum (analyze, skip_locked)');
      const walked = await walkCycle(pool, enginePool, log, walkedPlan.name);
      await connectFleet(pool);
      await pool.query('vacuum (analyze, skip_locked)');
      await server.start();
      return walked;
    },
    request: (method, path, body) => send(server, method, path, body),
    memoryMb: () => ({ now: memoryMb(server.pid, 'VmRSS'), most: memoryMb(server.pid, 'VmHWM') }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function gate(minimumSample: number | null, soakMinutes: number): object {
  return { minimumSuccessPercent: 90, minimumSample, soakMinutes };
}

async function fillLibrary(server: PatchbayServer): Promise<void> {
  for (let number = 0; number < groups; number += 1) {
    const site = { fact: 'tag.site', is: 'oneOf', values: [`s${number}`] };
    const version = { fact: 'osVersion', is: 'atLeast', value: '12.5' };
    const name = { fact: 'name', is: 'like', value: `host-${number}*7` };
    const rule = { is: 'any', of: [site, { is: 'all', of: [version, name] }] };
    await send(server, 'POST', 'groups', { name: `Group ${number}`, rule });
    const time = `${20 + (number % 4)}:00`;
    const recurrence = { rule: 'FREQ=DAILY', start: '2026-01-01', time, timeZone: 'Europe/Berlin' };
    await send(server, 'POST', 'windows', {
      name: `Window ${number}`,
      endpoints: `group:Group ${number}`,
      recurrence,
      durationMinutes: 240 + number,
    });
  }
  for (const { os, system, ...phases } of workflows) {
    const stepsOf = (tasks: readonly string[]) => tasks.map((task) => ({ task: `${task} (${system})` }));
    await send(server, 'POST', 'workflows', {
      name: `Bench (${system})`,
      os,
      prePatching: stepsOf(phases.prePatching),
      postPatching: stepsOf(phases.postPatching),
    });
  }
  await send(server, 'POST', 'plans', foreseenPlan);
  await send(server, 'POST', 'plans', walkedPlan);
}

async function send(
  { url, token }: PatchbayServer,
  method: string,
  path: string,
  body?: object,
): Promise<Buffer> {
  const response = await fetch(`${url}${path.startsWith('/') ? path : `/api/v1/${path}`}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = Buffer.from(await response.arrayBuffer());
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${answer.toString().slice(0, 500)}`);
  return answer;
}

function memoryMb(pid: number, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${which}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}
