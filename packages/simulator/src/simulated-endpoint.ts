import { mkdir } from 'node:fs/promises';
import { type Agent, runAgent } from '@patchbay/agent/agent';
import { type Identity, type StatePaths, statePaths } from '@patchbay/agent/config';
import type { EndpointSystem } from '@patchbay/agent/endpoint-system';
import { enrol } from '@patchbay/agent/enrol';
import { type MachineOptions, SimulatedMachine } from './simulated-machine.ts';
import { simulateScript } from './simulated-script.ts';
import { simulatedSystem } from './simulated-system.ts';

/** How an endpoint is simulated. */
export interface EndpointOptions extends MachineOptions {
  /** The share of the time in which the machine is switched off; below 1. */
  readonly offlineRate: number;
  /** Where its agent keeps its state; not there yet. */
  readonly stateDir: string;
  /** The agent cannot be started or stopped: no space for its state, for example. */
  readonly onProblem: (problem: Error) => void;
}

/** The server that it is enrolled with. */
export interface SimulationServer {
  readonly server: string;
  readonly allowPlainHttp: boolean;
}

const second = 1_000;
const minute = 60 * second;
const everything = { scan: true, run: true, install: true, reboot: true };
/** Nobody else knows the state directory. */
const noLock = { release: () => Promise.resolve() };

/** A simulated machine with a real agent on it, which is stopped and started as the machine goes down and comes up. */
export class SimulatedEndpoint {
  readonly #options: EndpointOptions;
  readonly #machine: SimulatedMachine;
  readonly #system: EndpointSystem;
  readonly #paths: StatePaths;
  readonly #end = new AbortController();
  #identity: Identity | null = null;
  #agent: Agent | null = null;
  #isConnected = false;
  #hasArrived = false;
  #isSentAway = false;
  /** One going down or coming up after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#machine = new SimulatedMachine(options);
    this.#system = simulatedSystem(this.#machine);
    this.#paths = statePaths(options.stateDir);
    this.#machine.reboot = () => {
      const { draws } = options;
      const ms = draws.between(20 * second, 90 * second, 'duration of a reboot');
      this.#inTurn(() => this.#beDown(ms));
    };
  }

  get isEnrolled(): boolean {
    return this.#identity !== null;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Whether it has been connected, if only once. */
  get hasArrived(): boolean {
    return this.#hasArrived;
  }

  /** Whether the server does not want it back. */
  get isSentAway(): boolean {
    return this.#isSentAway;
  }

  /** How many scripts and patch operations have been played to their end. */
  get played(): number {
    return this.#machine.played;
  }

  /**
   * Enrols as any machine does (E-01), and starts its agent.
   *
   * @throws AgentError
   */
  async enrol(server: SimulationServer, token: string): Promise<void> {
    const { name } = this.#options;
    const inventory = await this.#system.inventory();
    const request = { ...server, ca: null, token, name, tags: {}, inventory, policy: everything };
    this.#identity = await enrol(request);
    await mkdir(this.#paths.dir, { mode: 0o711 });
    this.#inTurn(() => this.#comeUp());
    void this.#switchOffNowAndThen();
  }

  /** Ends its agent for good. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#turn;
    await this.#goDown();
  }

  /** Goes down, and comes up with another boot id after so many simulated milliseconds. */
  async #beDown(ms: number): Promise<void> {
    await this.#goDown();
    await this.#options.time.pass(ms, this.#end.signal);
    this.#machine.boot();
    await this.#comeUp();
  }

  #inTurn(change: () => Promise<void>): void {
    this.#turn = this.#turn
      .then(async () => {
        if (!this.#end.signal.aborted && !this.#isSentAway) await change();
      })
      .catch((error: unknown) => {
        this.#options.onProblem(error instanceof Error ? error : new Error(String(error)));
      });
  }

  async #comeUp(): Promise<void> {
    const identity = this.#identity;
    if (identity === null || this.#end.signal.aborted) return;
    const { flowClock } = this.#machine;
    const agent = await runAgent(this.#paths, identity, noLock, {
      system: this.#system,
      log: () => {},
      backOff: { minMs: 500, maxMs: 10_000 },
      graceMs: 0,
      stopWaitMs: 0,
      useScope: false,
      runScript: (work, options) => simulateScript(this.#machine, work, options),
      noteConnection: async ({ connected }) => {
        this.#isConnected = connected;
        this.#hasArrived ||= connected;
      },
      flowClock,
    });
    this.#agent = agent;
    void agent.sentAway.then(() => {
      this.#isSentAway = true;
    });
  }

  async #goDown(): Promise<void> {
    this.#machine.cancelReboot();
    await this.#agent?.stop();
    this.#agent = null;
    this.#isConnected = false;
  }

  /** Somebody switches the machine off for a while, never while an activity is under way. */
  async #switchOffNowAndThen(): Promise<void> {
    const { draws, time, offlineRate } = this.#options;
    if (offlineRate === 0) return;
    const { signal } = this.#end;
    while (!signal.aborted && !this.#isSentAway) {
      const off = draws.between(5 * minute, 15 * minute, 'time switched off');
      const on = (off * (1 - offlineRate)) / offlineRate;
      await time.pass(on * draws.between(0.5, 1.5, 'time switched on'), signal);
      this.#inTurn(async () => {
        while (this.#agent?.isIdle === false && !signal.aborted) await time.pass(second, signal);
        await this.#beDown(off);
      });
      await this.#turn;
    }
  }
}
