import { setTimeout as delay } from 'node:timers/promises';
import { endpoint, endpointSummary } from '@patchbay/contracts/endpoint';
import { createdEnrolmentToken, enrolmentToken } from '@patchbay/contracts/enrolment-token';
import type * as simulator from '@patchbay/simulator/main';
import { type Command, InvalidArgumentError } from 'commander';
import { type Api, part } from '../api.ts';
import { api, wholeNumber } from '../context.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { isThisMachine } from '../loopback.ts';
import { printLine } from '../print.ts';
import { type StopSignal, stopSignal } from '../stop-signal.ts';
import { withAgent } from './agent.ts';

type SimulationOptions = Parameters<typeof simulator.createSimulation>[0];
type Simulation = Awaited<ReturnType<typeof simulator.createSimulation>>;
type Systems = SimulationOptions['systems'];

interface SimulateOptions {
  endpoints?: number;
  os: Systems;
  seed: string;
  failRate: number;
  offlineRate: number;
  speed: number;
  allowRemote?: boolean;
  allowPlainHttp?: boolean;
  remove?: boolean;
}

const most = 1_000;
const mark = { simulated: 'true' };
const lookEveryMs = 1_000;

/** `patchbay simulate`: endpoints that do not exist, for trying a server out. The simulator is loaded only here. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('simulate endpoints on this machine, to try the server out; Ctrl-C ends them')
    .option('--endpoints <count>', `how many, up to ${most}`, endpointCount)
    .option('--os <list>', 'linux, windows, or both with a comma between', systems, ['linux', 'windows'])
    .option('--seed <text>', 'the same seed makes the same machines, to which the same happens', '1')
    .option('--fail-rate <share>', 'the share of scripts and patches that fail, from 0 to 1', share, 0.02)
    .option('--offline-rate <share>', 'the share of time in which a machine is off, up to 0.9', partTime, 0)
    .option('--speed <factor>', 'how many times as fast as real time', factor, 10)
    .option('--allow-remote', 'accept a server that is not on this machine')
    .option('--allow-plain-http', 'accept such a server without TLS')
    .option('--remove', 'revoke all simulated endpoints instead')
    .action(async (options: SimulateOptions) => {
      const server = api();
      if (options.remove) return remove(server);
      if (options.endpoints === undefined) {
        throw new CommandError(exitCode.usage, 'how many endpoints? --endpoints 50, for example');
      }
      if (!options.allowRemote && !isThisMachine(server.url)) {
        throw new CommandError(
          exitCode.usage,
          `${server.url} is not on this machine: simulated endpoints belong on a server for trials; say --allow-remote if it is one`,
        );
      }
      await simulate(server, { ...options, endpoints: options.endpoints });
    });
}

async function simulate(server: Api, options: SimulateOptions & { endpoints: number }): Promise<void> {
  const known = await simulatedEndpoints(server);
  if (known.length > 0) {
    throw new CommandError(
      exitCode.refused,
      `the server has ${known.length} simulated endpoints already; "patchbay simulate --remove" revokes them`,
    );
  }
  const { endpoints, os, seed, failRate, offlineRate, speed } = options;
  const stop = stopSignal();
  const { createSimulation } = await import('@patchbay/simulator/main');
  const simulation = await createSimulation({
    server: server.url,
    allowPlainHttp: options.allowPlainHttp ?? false,
    endpoints,
    systems: os,
    seed,
    failRate,
    offlineRate,
    speed,
  });
  printLine(
    `Simulating ${endpoints} endpoints at ${server.url}: seed ${seed}, ${speed} times as fast as real time.`,
  );
  printLine(
    'They run and install nothing. Their names begin with "simulated-", and they have the tag simulated=true.',
  );
  try {
    await run(server, simulation, endpoints, stop);
  } finally {
    await simulation.stop();
  }
  const { played, enrolled, sentAway } = simulation.counts;
  printLine(`The simulation has ended after ${played} scripts and patch operations.`);
  if (enrolled > sentAway) {
    printLine(`${enrolled - sentAway} endpoints stay on the server and never come back.`);
    printLine('"patchbay simulate --remove" revokes them.');
  }
}

/** Until the user has had enough, or the server has revoked all of them. */
async function run(server: Api, simulation: Simulation, endpoints: number, stop: StopSignal): Promise<void> {
  const end = new AbortController();
  const told = tellProgress(simulation, endpoints, AbortSignal.any([stop.aborted, end.signal]));
  try {
    await enrolAll(server, simulation, endpoints, stop.aborted);
    await told;
  } finally {
    end.abort();
  }
}

async function enrolAll(server: Api, simulation: Simulation, uses: number, stop: AbortSignal): Promise<void> {
  const made = await server.send(
    'POST',
    '/enrolment-tokens',
    { description: 'patchbay simulate', uses, expiresInMinutes: 60, tags: mark },
    createdEnrolmentToken,
  );
  try {
    await withAgent(() => simulation.enrolAll(made.token, stop));
  } finally {
    if (simulation.counts.enrolled < uses) {
      await server.send('POST', `/enrolment-tokens/${part(made.id)}/revoke`, {}, enrolmentToken);
    }
  }
}

/** Writes a line whenever the counts are others; ends when the server wants none of the endpoints back. */
async function tellProgress(simulation: Simulation, endpoints: number, stop: AbortSignal): Promise<void> {
  let before = '';
  let wereAllThere = false;
  while (!stop.aborted) {
    if (simulation.problem !== null) throw simulation.problem;
    const { enrolled, connected, arrived, sentAway, played } = simulation.counts;
    const revoked = sentAway > 0 ? `, ${sentAway} revoked` : '';
    const line = `${enrolled} of ${endpoints} enrolled, ${connected} connected${revoked}, ${played} scripts and patch operations`;
    if (line !== before) printLine(line);
    before = line;
    // Where machines are switched off now and then, all may never be on at once.
    if (!wereAllThere && arrived === endpoints) {
      wereAllThere = true;
      printLine('All are there. Ctrl-C ends the simulation.');
    }
    if (sentAway === endpoints) return;
    await delay(lookEveryMs, undefined, { signal: stop }).catch(() => {});
  }
}

/** Revokes the endpoints of this and earlier simulations. */
async function remove(server: Api): Promise<void> {
  const known = await simulatedEndpoints(server);
  for (const { id } of known) await server.send('POST', `/endpoints/${part(id)}/revoke`, {}, endpoint);
  printLine(
    known.length === 0 ? 'There are no simulated endpoints.' : `Revoked ${known.length} simulated endpoints.`,
  );
}

async function simulatedEndpoints(server: Api) {
  const found = await server.list('/endpoints', endpointSummary, { selector: 'tag:simulated=true' });
  return found.filter(({ name, status }) => status !== 'revoked' && name.startsWith('simulated-'));
}

function endpointCount(value: string): number {
  const count = wholeNumber(value);
  if (count > most) throw new InvalidArgumentError(`It must be ${most} at most.`);
  return count;
}

function systems(value: string): Systems {
  const [first, ...others] = [...new Set(value.split(',').map(system))];
  return [first ?? 'linux', ...others];
}

function system(name: string): Systems[number] {
  if (name === 'linux' || name === 'windows') return name;
  throw new InvalidArgumentError(`"${name}" cannot be simulated; linux and windows can.`);
}

function number(value: string): number {
  return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

function share(value: string): number {
  const given = number(value);
  if (given >= 0 && given <= 1) return given;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

function partTime(value: string): number {
  const given = number(value);
  if (given >= 0 && given <= 0.9) return given;
  throw new InvalidArgumentError('It must be a number from 0 to 0.9.');
}

function factor(value: string): number {
  const given = number(value);
  if (given >= 0.1 && given <= 1_000) return given;
  throw new InvalidArgumentError('It must be a number from 0.1 to 1000.');
}
