import type { Cycle } from '@patchbay/contracts/cycle';
import type { Plan, PlanDraft } from '@patchbay/contracts/plan';
import { activityId } from '@patchbay/domain/activity/activity-id';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { afterEach } from 'vitest';
import { createCycleKeeper } from '../src/cycle/cycle-keeper.ts';
import type { ReportedActivity } from '../src/db/activities.ts';
import { withTransaction } from '../src/db/pool.ts';
import type { ActivityToSend } from '../src/engine/engine.ts';
import type { Loop } from '../src/engine/loop.ts';
import { createJobs } from '../src/jobs/jobs.ts';
import { planDueWorker } from '../src/jobs/plan-due.ts';
import { movePlanCycle } from '../src/plan/move-plan-cycle.ts';
import { afterMove } from '../src/plan/plan-shell.ts';
import { useHttp } from './http-fixture.ts';

type Outcome = ReportedActivity['outcome'];

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const log = pino({ level: 'silent' });

const nothingToPatch = { patches: [], reboot: { needed: false, reasons: [] } };
export const patched: Outcome = { kind: 'patched', ...nothingToPatch };
export const rehearsedPatch: Outcome = { kind: 'simulated', ...nothingToPatch };
export const patchFailed: Outcome = { kind: 'patchToolFailed', reason: 'the package manager is broken' };

/** A rollout that holds nothing back; tests say what they want besides. */
export const plainRollout = { order: 'byName', maximumConcurrent: null, failureThreshold: null } as const;

/** The API with an engine whose endpoints are played, and a clock that tests put forward. */
export function usePlans() {
  let aheadMs = 0;
  let answer: (order: ActivityToSend) => Outcome | null = () => null;
  const waiting: ActivityToSend[] = [];
  const loops: Loop[] = [];
  const now = (): number => Date.now() + aheadMs;
  const http = useHttp(now, (orders) => {
    for (const order of orders) {
      if (order.action !== 'start') continue;
      const outcome = answer(order);
      if (outcome === null) waiting.push(order);
      else void report(order, outcome);
    }
  });
  const report = async (order: ActivityToSend, outcome: Outcome): Promise<void> => {
    const none = { stdout: 0, stderr: 0 };
    await http.context.engine.report(order.endpoint, {
      activity: activityId(order),
      startedAt: now(),
      finishedAt: now(),
      bootId: 'boot-1',
      outcome,
      outputBytes: none,
      cutBytes: none,
    });
  };
  afterEach(async () => {
    await Promise.all(loops.splice(0).map((loop) => loop.stop()));
    // No test leaves an endpoint at work to the next.
    answer = () => patched;
    await fixture.finish(patched);
    answer = () => null;
  });

  const fixture = {
    http,
    now,
    /** Orders that nobody has answered yet. */
    waiting,
    advance(ms: number): void {
      aheadMs += ms;
    },
    /** Puts the clock to an instant. */
    setClock(at: number): void {
      aheadMs = at - Date.now();
    },
    /** What endpoints report of each activity from now on; null: they are at it until `finish`. */
    answerWith(next: typeof answer): void {
      answer = next;
    },
    /** Ends what endpoints are at. */
    async finish(outcome: Outcome): Promise<void> {
      await Promise.all(waiting.splice(0).map((order) => report(order, outcome)));
      await http.context.engine.idle();
    },
    async connect(endpoints: readonly string[]): Promise<void> {
      await Promise.all(endpoints.map((id) => http.context.engine.connected(id, 'boot-1', [])));
    },
    /** Endpoints `<prefix>-00`… that are connected; returns their ids. */
    async fleet(prefix: string, count: number): Promise<string[]> {
      const names = Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(2, '0')}`);
      const ids = await http.endpoints('linux', ...names);
      await fixture.connect(ids);
      return ids;
    },
    /** Makes a plan for the endpoints of a name. */
    plan: (name: string, on: string, over: PlanDraft | Omit<PlanDraft, 'name'> = {}): Promise<Plan> =>
      http.ok<Plan>('POST', 'plans', {
        name,
        assignments: [{ endpoints: on, os: 'linux' }],
        rollout: plainRollout,
        ...over,
      }),
    readPlan: (name: string): Promise<Plan> => http.ok<Plan>('GET', `plans/${name}`),
    activate: (plan: string): Promise<Cycle> => http.ok<Cycle>('POST', `plans/${plan}/activate`),
    cycle: (id: number): Promise<Cycle> => http.ok<Cycle>('GET', `cycles/${id}`),
    /** Opens a plan's cycle, and gives its number. */
    async opened(plan: string): Promise<number> {
      const cycle = await fixture.activate(plan);
      return cycle.id;
    },
    /** What the keeper of cycles does every second, and what endpoints do of it; `lost`: the server dies after its commit. */
    async look(cycle: number, lost = false): Promise<void> {
      const at = now();
      const moved = await withTransaction(http.context.pool, (tx) =>
        movePlanCycle(tx, http.context, cycle, at, 'wait', (waves) => ({ kind: 'look', at, waves })),
      );
      if (moved === null || lost) return;
      await afterMove(http.context, moved.after);
      await settled();
    },
    /** Cancels a cycle on a server that dies after its commit. */
    async cancelAndDie(cycle: number): Promise<void> {
      const at = now();
      await withTransaction(http.context.pool, (tx) =>
        movePlanCycle(tx, http.context, cycle, at, 'wait', (waves) => ({
          kind: 'cancel',
          by: 'somebody',
          at,
          waves,
        })),
      );
    },
    settled: (): Promise<void> => settled(),
    /** Looks until the condition holds. */
    async lookUntil(cycle: number, what: string, condition: () => Promise<boolean>): Promise<void> {
      await waitFor(
        async () => {
          await fixture.look(cycle);
          return condition();
        },
        { what },
      );
    },
    /** Starts the loop that moves cycles, as each node has one. */
    keeper(): Loop {
      const loop = createCycleKeeper({ ...http.context, now, log, everyMs: 50 });
      loops.push(loop);
      loop.start();
      return loop;
    },
    /** Starts the loop that does due jobs. */
    jobs(): void {
      const { engine, pool } = http.context;
      const workers = [planDueWorker({ engine, log })];
      const loop = createJobs({ pool, workers, now, log, everyMs: 20 });
      loops.push(loop);
      loop.start();
    },
    async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
      await waitFor(condition, { what });
    },
    /** Runs of a cycle as `<endpoint> <status or result>[: reason]`, by name. */
    async runs(cycle: number): Promise<string[]> {
      return (await http.column(
        `select e.name || ' ' || coalesce(r.result, r.status) from runs r join endpoints e on e.id = r.endpoint
         where r.cycle = $1 order by e.name`,
        cycle,
      )) as string[];
    },
    async reasons(cycle: number): Promise<string[]> {
      return (await http.column(
        `select e.name || ': ' || (r.state ->> 'reason') from runs r join endpoints e on e.id = r.endpoint
         where r.cycle = $1 and r.result is not null order by e.name`,
        cycle,
      )) as string[];
    },
    async story(cycle: number): Promise<string> {
      const entries = await http.ok<{ sentences: string[] }[]>('GET', `cycles/${cycle}/story`);
      return entries.flatMap(({ sentences }) => sentences).join(' ');
    },
  };
  /** The engine starts what it may in a further turn. */
  async function settled(): Promise<void> {
    await http.context.engine.idle();
  }
  return fixture;
}
