import { simulateCycle } from '@patchbay/domain/forecast/simulate';
import type { CycleDefinition } from '@patchbay/domain/rollout/cycle-state';
import { timetables } from '@patchbay/domain/schedule/timetable';
import { seededRandom } from '@patchbay/simulator/seeded-random';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { allWindows } from '../src/db/windows.ts';
import { dayMs, hourMs, minuteMs, patched, patchFailed, usePlans } from './plan-fixture.ts';

// The clock stands still between the minutes of the test, so that what is recorded is exact.
vi.useFakeTimers({ toFake: ['Date'] });
afterAll(() => {
  vi.useRealTimers();
});

const plans = usePlans();
const { http } = plans;
const opensAt = Math.floor(Date.now() / dayMs + 1) * dayMs + 21 * hourMs;
const bufferMs = 30 * minuteMs;

/** A run as the server has recorded it; times are epoch milliseconds. */
interface Recorded {
  readonly endpoint: string;
  readonly wave: number;
  readonly position: number;
  readonly windows: readonly string[];
  readonly result: 'succeeded' | 'failed';
  readonly startsAt: number;
  readonly endsAt: number;
}

const recordedRuns = (cycle: number) =>
  http.column(
    `select json_build_object('endpoint', r.endpoint, 'wave', r.wave, 'position', r.position, 'result', r.result,
       'windows', coalesce(t.windows, '{}'), 'startsAt', ${at('r.started_at')}, 'endsAt', ${at('r.finished_at')})
     from runs r left join cycle_timetables t on t.cycle = r.cycle and t.number = r.timetable
     where r.cycle = $1 order by r.wave, r.position`,
    cycle,
  ) as Promise<Recorded[]>;

const at = (instant: string) => `(extract(epoch from ${instant}) * 1000)::bigint`;
let ids: string[] = [];

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  ids = await plans.fleet('recorded', 30);
  const window = async (name: string, time: string, durationMinutes: number, on: readonly string[]) => {
    const tags = `update endpoints set tags = jsonb_build_object('window', $2::text) where id = any($1)`;
    await http.column(tags, on, name);
    const recurrence = { rule: 'FREQ=DAILY', afterDays: 0, start: '2026-01-01', time, timeZone: 'UTC' };
    await http.ok('POST', 'windows', { name, endpoints: `tag:window=${name}`, recurrence, durationMinutes });
  };
  await window('Evening', '22:00', 360, ids.slice(10, 20));
  await window('Night', '23:15', 300, ids.slice(18, 25));
});

/** Opens a cycle and plays its endpoints, minute by minute, until it has ended; `back` comes back at `backAt`. */
async function carriedOut(plan: string, back: string, backAt: number): Promise<number> {
  const random = seededRandom(11);
  const work = new Map<string, { readonly endsAt: number; readonly fails: boolean }>();
  plans.answerWith(({ endpoint }) => {
    const endsAt = plans.now() + Math.ceil(random() * 25) * minuteMs;
    work.set(endpoint, { endsAt, fails: random() < 0.2 });
    return null;
  });
  const cycle = await plans.opened(plan);
  const isOver = async () =>
    (await http.column('select finished_at is not null from cycles where id = $1', cycle))[0] === true;
  for (let now = opensAt; !(await isOver()); now += minuteMs) {
    expect(now).toBeLessThan(opensAt + dayMs);
    plans.setClock(now);
    if (now === backAt) await plans.connect([back]);
    const orders = plans.waiting.splice(0);
    const due = orders.filter(({ endpoint }) => (work.get(endpoint)?.endsAt ?? 0) <= now);
    for (const [outcome, fails] of [
      [patched, false],
      [patchFailed, true],
    ] as const) {
      plans.waiting.push(...due.filter(({ endpoint }) => work.get(endpoint)?.fails === fails));
      await plans.finish(outcome);
    }
    plans.waiting.push(...orders.filter((order) => !due.includes(order)));
    await plans.look(cycle);
  }
  return cycle;
}

it('P-11 given a cycle that a server has carried out in waves and windows, with failures and an endpoint that was away, when its recorded durations are given to the rules of the forecast, then they come to the same waves and minutes', async () => {
  const away = ids.at(-1) ?? '';
  const backAt = opensAt + 40 * minuteMs;
  await http.context.engine.disconnected(away);
  plans.setClock(opensAt);
  const gate = { minimumSuccessPercent: 25, minimumSample: 3, soakMinutes: 10, approval: false };
  const rollout = {
    order: 'drawn' as const,
    waves: [
      { name: 'Canary', size: { kind: 'count' as const, count: 4 }, gate },
      { name: 'Early', size: { kind: 'percent' as const, percent: 30 } },
    ],
    maximumConcurrent: 3,
    failureThreshold: null,
  };
  await plans.plan('Recorded', 'all', { rollout });
  const cycle = await carriedOut('Recorded', away, backAt);

  const runs = await recordedRuns(cycle);
  const [definition] = (await http.column(
    'select rollout from cycles where id = $1',
    cycle,
  )) as CycleDefinition[];
  if (definition === undefined) throw new Error('the cycle has no rollout');
  const windows = new Map((await allWindows(http.context.pool)).map((window) => [window.id, window]));
  const timetableOf = timetables(windows, opensAt - dayMs, opensAt + 7 * dayMs);
  const forecast = simulateCycle({
    definition,
    openedAt: opensAt,
    bufferMs,
    endpoints: runs.map(({ endpoint, wave, position, windows: own, result, startsAt, endsAt }) => ({
      wave,
      position,
      timetable: timetableOf(own),
      availableFrom: endpoint === away ? backAt : opensAt,
      work: { kind: 'recorded', durationMs: endsAt - startsAt, result, userMs: null },
    })),
    interventions: [],
    approveAtOnce: false,
  });
  const times = ({
    startsAt,
    endsAt,
  }: {
    readonly startsAt: number | null;
    readonly endsAt: number | null;
  }) => ({
    startsAt,
    endsAt,
  });
  expect(forecast.runs.map(times)).toEqual(runs.map(times));
  expect(forecast.wavesOpenAt).toEqual(
    await http.column(`select ${at('opened_at')} from cycle_waves where cycle = $1 order by wave`, cycle),
  );
  expect([forecast.endsAt]).toEqual(
    await http.column(`select ${at('finished_at')} from cycles where id = $1`, cycle),
  );
  expect([forecast.ending, forecast.mostAtOnce]).toEqual(['done', 3]);
  // What was recorded has something of everything.
  expect(new Set(runs.map(({ result }) => result))).toEqual(new Set(['succeeded', 'failed']));
  expect(new Set(runs.map(({ wave, windows: own }) => `${wave} ${own.length}`)).size).toBeGreaterThan(3);
});
