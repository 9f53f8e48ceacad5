import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@patchbay/server/db/embedded/embedded-postgres';
import { migrate, migrationsDirectory } from '@patchbay/server/db/migrate';
import { createPool } from '@patchbay/server/db/pool';
import type pg from 'pg';
import { type Logger, pino } from 'pino';
import { measureBaseline } from './baseline.ts';
import { canMeasureConsole, measureConsoleList } from './console-list.ts';
import { consoleIsBuilt, measureConsoleLoad } from './console-load.ts';
import { measureEngine } from './engine.ts';
import { measureForecast, measureForecastGrowth } from './forecast.ts';
import { measureGroupCounts, measureTimetables } from './groups.ts';
import { measureLibrarySearch } from './library-search.ts';
import { PlanScale } from './plan-scale.ts';
import { measureRebootProperties } from './reboot-properties.ts';
import { measureWebSocket } from './websocket.ts';

/** Something that can be measured; the result is a number per second unless its name says otherwise. */
interface Measurement {
  readonly name: string;
  /** How many times the baseline is wanted; absent for the baseline itself. */
  readonly wanted?: { readonly name: string; readonly ratio: number };
  /** What the result may be at most. */
  readonly atMost?: number;
  /** The least that it may be. */
  readonly atLeast?: number;
  readonly measure: () => Promise<number> | number;
}

const { values: flags } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
  },
});
const rounds = Math.max(Number(flags.rounds), 1);
const log = pino({ level: 'warn' });
const dataDir = await mkdtemp(join(tmpdir(), 'patchbay-bench-'));
// The embedded PostgreSQL may run as another user, who has to get through.
await chmod(dataDir, 0o711);
const postgres = await startEmbeddedPostgres({ dataDir, log });
try {
  const pool = createPool(postgres.connection, { max: 12, name: 'bench', log, genericPlans: true });
  await migrate(pool, migrationsDirectory, log);
  await using scale = new PlanScale(postgres.connection, log);
  // With a checkpoint nobody pays for what others have written, and the log goes into files that are there already, as on
  // a server that has run for a while.
  report(await measureAll(measurementsOn(pool, log, scale), () => pool.query('checkpoint')));
  await pool.end();
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true });
}

function measurementsOn(pool: pg.Pool, log: Logger, scale: PlanScale): Measurement[] {
  return [
    { name: 'baseline.updatesPerSecond', measure: () => measureBaseline(postgres.connection, log, 4) },
    {
      name: 'engine.activitiesPerSecond',
      wanted: { name: 'engine.ratio', ratio: 2 },
      measure: () => measureEngine(pool, log, 4),
    },
    {
      name: 'websocket.activitiesPerSecond',
      wanted: { name: 'websocket.ratio', ratio: 0.4 },
      measure: () => measureWebSocket(pool, log, 3),
    },
    {
      name: 'api.librarySearch.p95ms',
      atMost: 100,
      measure: () => measureLibrarySearch(postgres.connection, log),
    },
    {
      name: 'groups.count50of20k.ms',
      atMost: 1000,
      measure: () => measureGroupCounts(postgres.connection, log, 20_000),
    },
    {
      name: 'windows.timetables20k.ms',
      atMost: 2000,
      measure: () => measureTimetables(postgres.connection, log, 20_000),
    },
    {
      name: 'plan.forecastRules20k.seconds',
      atMost: 1,
      measure: () => measureForecast(20_000),
    },
    { name: 'plan.forecast.growthExponent', atMost: 1.3, measure: measureForecastGrowth },
    {
      name: 'plan.forecast20k.seconds',
      atMost: 5,
      measure: async () => (await scale.answerMs('forecast')) / 1000,
    },
    {
      name: 'plan.preview20k.ms',
      atMost: 200,
      measure: () => scale.answerMs('preview'),
    },
    // What the console asks for when the page of a cycle is opened.
    {
      name: 'plan.cycle20k.ms',
      atMost: 1000,
      measure: () => scale.answerMs('cycle', 'timeline', 'story', 'runs'),
    },
    { name: 'plan.timeline20k.ms', atMost: 1000, measure: () => scale.answerMs('timeline') },
    { name: 'plan.failedRuns20k.ms', atMost: 1000, measure: () => scale.answerMs('failedRuns') },
    { name: 'plan.board20k.ms', atMost: 1000, measure: () => scale.answerMs('plans') },
    { name: 'plan.groups20k.ms', atMost: 1000, measure: () => scale.answerMs('groups') },
    { name: 'plan.report20k.ms', atMost: 5000, measure: () => scale.answerMs('report') },
    { name: 'plan.reportHtml20k.ms', atMost: 5000, measure: () => scale.answerMs('reportHtml') },
    { name: 'plan.reportCsv20k.ms', atMost: 20_000, measure: () => scale.answerMs('reportCsv') },
    { name: 'plan.healthDuring20k.p99ms', atMost: 100, measure: () => scale.healthP99Ms() },
    {
      name: 'plan.activate20k.seconds',
      atMost: 10,
      measure: () => scale.atMost(({ walked }) => walked.activationSeconds),
    },
    {
      name: 'plan.growthExponent',
      atMost: 1.3,
      measure: () => scale.growth(({ walked }) => walked.activationSeconds),
    },
    {
      name: 'plan.walk20k.seconds',
      atMost: 120,
      measure: () => scale.atMost(({ walked }) => walked.seconds),
    },
    {
      name: 'plan.walkGrowthExponent',
      atMost: 1.3,
      measure: () => scale.growth(({ walked }) => walked.seconds),
    },
    { name: 'plan.server20k.mb', atMost: 1000, measure: () => scale.atMost(({ peakMb }) => peakMb) },
    { name: 'plan.memoryGrowthExponent', atMost: 1.3, measure: () => scale.growth(({ peakMb }) => peakMb) },
    { name: 'reboot.properties.sequences', atLeast: 20_000, measure: () => measureRebootProperties(20_000) },
    ...(consoleIsBuilt
      ? [{ name: 'console.firstLoad.gzipKb', atMost: 250, measure: measureConsoleLoad }]
      : []),
    // Needs Chromium and the console as it was built for `npm start` or `npm test`.
    ...(canMeasureConsole
      ? [{ name: 'console.scroll20k.longestTaskMs', atMost: 100, measure: () => measureConsoleList(20_000) }]
      : []),
  ];
}

type Results = Map<string, { readonly rounds: readonly number[]; readonly wanted?: string }>;

/**
 * Measures round by round, so that what else the machine does touches all alike. `settle` is called before each
 * measurement.
 */
async function measureAll(all: readonly Measurement[], settle: () => Promise<unknown>): Promise<Results> {
  const [baseline, ...others] = all;
  if (baseline === undefined) return new Map();
  const chosen = others.filter(({ name }) => name.startsWith(flags.only));
  // Without this the first round would measure how code becomes quick.
  for (const { measure } of chosen) await measure();
  const found: Record<string, number>[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await settle();
    const perSecond = await baseline.measure();
    const values: Record<string, number> = { [baseline.name]: perSecond };
    for (const { name, wanted, measure } of chosen) {
      await settle();
      const value = await measure();
      values[name] = value;
      if (wanted) values[wanted.name] = value / perSecond;
    }
    console.log(
      `round ${round}: ${Object.entries(values)
        .map(([name, value]) => `${name} ${shown(value)}`)
        .join(', ')}`,
    );
    found.push(values);
  }
  const wanted = new Map(
    others.map(({ name, wanted: ratio, atMost, atLeast }) =>
      ratio
        ? [ratio.name, `≥ ${ratio.ratio.toFixed(1)}`]
        : [name, atLeast === undefined ? `≤ ${atMost?.toFixed(1)}` : `≥ ${atLeast}`],
    ),
  );
  return new Map(
    Object.keys(found[0] ?? {}).map((name) => {
      const goal = wanted.get(name);
      const values = found.map((one) => one[name] ?? Number.NaN);
      return [name, { rounds: values, ...(goal === undefined ? {} : { wanted: goal }) }];
    }),
  );
}

function report(results: Results): void {
  const lines = [...results].map(([name, { rounds, wanted }]) => ({
    name,
    median: shown(median(rounds)),
    rounds: rounds.map(shown).join(' '),
    wanted: wanted ?? '',
  }));
  console.table(lines);
  if (flags.json === undefined) return;
  const json = Object.fromEntries([...results].map(([name, one]) => [name, median(one.rounds)]));
  void writeFile(flags.json, `${JSON.stringify(json, null, 2)}\n`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}
