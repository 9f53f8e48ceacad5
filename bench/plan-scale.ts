import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import type { Logger } from 'pino';
import { createLargeInstallation, foreseenPlan, type LargeInstallation } from './large-installation.ts';
import type { WalkedCycle } from './walked-cycle.ts';

const sizes = [5_000, 10_000, 20_000] as const;

/** What one size of an installation came to. */
interface Size {
  readonly endpoints: number;
  readonly walked: WalkedCycle;
  /** How much the server process grew while it answered everything that is measured here. */
  readonly grownMb: number;
  readonly peakMb: number;
}

/** A request as the console sends it. */
type Ask = readonly [method: 'GET' | 'POST', path: string, body?: object];

/**
 * Plans over 20,000 endpoints with their patches, groups, windows and a cycle that has been walked to its end, asked of a
 * real server process by HTTP. It is built at the first question, over 5,000 and 10,000 endpoints, and kept.
 */
export class PlanScale implements AsyncDisposable {
  readonly #connection: PostgresConnection;
  readonly #log: Logger;
  #built: Promise<{ readonly installation: LargeInstallation; readonly sizes: readonly Size[] }> | undefined;

  constructor(connection: PostgresConnection, log: Logger) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Milliseconds to answer what foresees, previews or shows at 20,000 endpoints. */
  async answerMs(...of: (keyof ReturnType<typeof questions>)[]): Promise<number> {
    const { installation, cycle } = await this.#largest();
    const asked = questions(cycle);
    return of.reduce(
      async (sum, one) => (await sum) + (await timed(installation, asked[one])),
      Promise.resolve(0),
    );
  }

  /** The 99th percentile of how long `/healthz` takes while forecasts and reports are made, in milliseconds. */
  async healthP99Ms(): Promise<number> {
    const { installation, cycle } = await this.#largest();
    const asked = questions(cycle);
    const times: number[] = [];
    let isOver = false;
    const ask = async () => {
      while (!isOver) times.push(await timed(installation, ['GET', '/healthz']));
    };
    const asking = ask();
    for (const one of [asked.forecast, asked.report, asked.reportHtml]) await timed(installation, one);
    isOver = true;
    await asking;
    return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
  }

  /** A figure of the largest size. */
  async atMost(figure: (size: Size) => number): Promise<number> {
    const { size } = await this.#largest();
    return figure(size);
  }

  /** The power of the number of endpoints that a figure grows with: 1 is linear. */
  async growth(figure: (size: Size) => number): Promise<number> {
    const { sizes: all } = await (this.#built ??= this.#build());
    const [small = Number.NaN, , large = Number.NaN] = all.map(figure);
    return Math.log2(large / small) / 2;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What could not be built has taken itself away.
    await (await this.#built?.catch(() => null))?.installation[Symbol.asyncDispose]();
  }

  async #largest() {
    const { installation, sizes: all } = await (this.#built ??= this.#build());
    const size = all.at(-1);
    if (size === undefined) throw new Error('nothing was built');
    return { installation, size, cycle: size.walked.cycle };
  }

  async #build() {
    await using cleanUp = new AsyncDisposableStack();
    const installation = cleanUp.use(await createLargeInstallation(this.#connection, this.#log));
    const measured: Size[] = [];
    for (const endpoints of sizes) {
      const walked = await installation.growTo(endpoints);
      const { now } = installation.memoryMb();
      for (const ask of Object.values(questions(walked.cycle))) await timed(installation, ask);
      const { most } = installation.memoryMb();
      measured.push({ endpoints, walked, grownMb: most - now, peakMb: most });
    }
    console.table(
      measured.map(({ endpoints, walked, grownMb, peakMb }) => ({
        endpoints,
        'first order s': walked.activationSeconds.toFixed(2),
        'cycle s': walked.seconds.toFixed(1),
        'engine MB': walked.memoryMb.toFixed(0),
        'server MB': peakMb.toFixed(0),
        'of that for answers': grownMb.toFixed(0),
      })),
    );
    cleanUp.move();
    return { installation, sizes: measured };
  }
}

/** What is asked of a server about a plan and a cycle. */
function questions(cycle: number) {
  return {
    forecast: ['POST', 'plans/forecast', { ...foreseenPlan, name: 'Draft' }],
    forecastOfPlan: ['GET', `plans/${foreseenPlan.name}/forecast`],
    preview: ['POST', 'plans/preview', { plan: { ...foreseenPlan, name: 'Draft' }, endpoint: 'host-77' }],
    groups: ['GET', 'groups'],
    plans: ['GET', 'plans'],
    cycle: ['GET', `cycles/${cycle}`],
    timeline: ['GET', `cycles/${cycle}/timeline`],
    story: ['GET', `cycles/${cycle}/story`],
    runs: ['GET', `runs?cycle=${cycle}`],
    failedRuns: ['GET', `runs?cycle=${cycle}&result=failed`],
    report: ['GET', `cycles/${cycle}/report`],
    reportHtml: ['GET', `cycles/${cycle}/report.html`],
    reportCsv: ['GET', `cycles/${cycle}/report.csv`],
  } as const satisfies Record<string, Ask>;
}

async function timed(installation: LargeInstallation, [method, path, body]: Ask): Promise<number> {
  const begin = performance.now();
  await installation.request(method, path, body);
  return performance.now() - begin;
}
