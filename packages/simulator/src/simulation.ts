import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentError } from '@patchbay/agent/agent-error';
import { machineKinds, type SimulatedSystem } from './machine-kind.ts';
import { Draws } from './seeded-random.ts';
import { SimulatedEndpoint, type SimulationServer } from './simulated-endpoint.ts';
import { SimulatedTime } from './simulated-time.ts';

/** What is simulated. Rates are shares from 0 to 1. */
export interface SimulationOptions extends SimulationServer {
  readonly endpoints: number;
  readonly systems: readonly [SimulatedSystem, ...SimulatedSystem[]];
  /** The same seed makes the same machines, and as far as timing permits the same happens to them. */
  readonly seed: string;
  /** Of scripts and patches. */
  readonly failRate: number;
  /** The share of the time in which machines are switched off. */
  readonly offlineRate: number;
  /** Simulated time that passes in real time: 10 is ten times as fast. */
  readonly speed: number;
}

/** How a simulation goes on. */
export interface SimulationCounts {
  readonly enrolled: number;
  readonly connected: number;
  /** Endpoints that have been connected, if only once. */
  readonly arrived: number;
  /** Endpoints that the server does not want back. */
  readonly sentAway: number;
  /** Scripts and patch operations that were played to their end. */
  readonly played: number;
}

/** The names of simulated endpoints begin so. */
const simulatedNamePrefix = 'simulated-';
/** Requests for enrolment that are under way at once. */
const enrolmentsAtOnce = 8;
/** The server admits so many machines of one address in a minute, and says so. */
const enrolAgainMs = 2_000;

/** Simulated endpoints, all in this process. */
export class Simulation {
  readonly #endpoints: readonly SimulatedEndpoint[];
  readonly #server: SimulationServer;
  readonly #folder: string;
  /** Why it cannot go on; null: it can. */
  problem: Error | null = null;

  private constructor(folder: string, options: SimulationOptions) {
    const time = new SimulatedTime(options.speed);
    this.#folder = folder;
    this.#server = options;
    this.#endpoints = Array.from({ length: options.endpoints }, (_, index) => {
      const draws = new Draws(options.seed, index);
      const os = options.systems[index % options.systems.length] ?? options.systems[0];
      const kind = draws.oneOf(machineKinds[os], 'kind');
      const name = `${simulatedNamePrefix}${kind.name}-${String(index + 1).padStart(4, '0')}`;
      const { failRate, offlineRate } = options;
      const stateDir = join(folder, name);
      const onProblem = (problem: Error): void => {
        this.problem ??= problem;
      };
      return new SimulatedEndpoint({ name, kind, draws, time, failRate, offlineRate, stateDir, onProblem });
    });
  }

  /** Makes the machines; none of them is known to the server yet. `stop` must be called in the end. */
  static async create(options: SimulationOptions): Promise<Simulation> {
    return new Simulation(await mkdtemp(join(tmpdir(), 'patchbay-simulation-')), options);
  }

  get counts(): SimulationCounts {
    const count = (is: (endpoint: SimulatedEndpoint) => boolean): number => this.#endpoints.filter(is).length;
    return {
      enrolled: count(({ isEnrolled }) => isEnrolled),
      connected: count(({ isConnected }) => isConnected),
      arrived: count(({ hasArrived }) => hasArrived),
      sentAway: count(({ isSentAway }) => isSentAway),
      played: this.#endpoints.reduce((sum, { played }) => sum + played, 0),
    };
  }

  /**
   * Enrols all machines; each begins to work as soon as it is enrolled. Ends early when `stop` aborts.
   *
   * @throws AgentError
   */
  async enrolAll(token: string, stop: AbortSignal): Promise<void> {
    const waiting = [...this.#endpoints];
    let isOver = false;
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !isOver && !stop.aborted; next = waiting.shift()) {
        try {
          await this.#enrol(next, token, stop);
        } catch (error) {
          isOver = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: enrolmentsAtOnce }, work));
  }

  /** Ends the agents and forgets their keys: these endpoints never come back. */
  async stop(): Promise<void> {
    await Promise.all(this.#endpoints.map((endpoint) => endpoint.stop()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #enrol(endpoint: SimulatedEndpoint, token: string, stop: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await endpoint.enrol(this.#server, token);
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== 'TOO_MANY_REQUESTS') throw error;
        await delay(enrolAgainMs, undefined, { signal: stop }).catch(() => {});
        if (stop.aborted) return;
      }
    }
  }
}
