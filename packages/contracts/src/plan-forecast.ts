import { z } from 'zod';
import { operatingSystem } from './operating-system.ts';
import { instant, name } from './text.ts';

/** How a run lies in its maintenance window (P-07, P-11). */
const fit = z.enum(['fits', 'overruns', 'missesWindow', 'neverStarts']);

const count = z.int().min(0);

/** What would happen if a plan was activated now (P-11). null: not as far as the forecast looks. */
export const planForecast = z.strictObject({
  madeAt: instant,
  endpoints: count,
  fits: z.strictObject({ fits: count, overruns: count, missesWindow: count, neverStarts: count }),
  waves: z.array(z.strictObject({ name, size: count, opensAt: instant.nullable() })),
  /** Why and when it would halt by itself. */
  halts: z.array(z.strictObject({ at: instant, reason: z.string() })),
  firstStartAt: instant.nullable(),
  /** When the last run has done its work, typically and when every run is slow. */
  workEndsAt: instant.nullable(),
  slowWorkEndsAt: instant.nullable(),
  /** When the cycle ends if every user takes as long as possible. */
  endsAt: instant.nullable(),
  /** How many endpoints' users are prompted, and the latest forced reboot. */
  prompted: count,
  latestRebootAt: instant.nullable(),
  mostAtOnce: count,
  assumptions: z.array(z.string()),
});
export type PlanForecast = z.infer<typeof planForecast>;

/** When one endpoint would be worked on (P-11). */
export const forecastRun = z.strictObject({
  endpoint: z.strictObject({ id: z.uuid(), name }),
  os: operatingSystem,
  workflow: name.nullable(),
  wave: name,
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  promptedAt: instant.nullable(),
  latestRebootAt: instant.nullable(),
  fit,
  why: z.string().nullable(),
});
export type ForecastRunEntry = z.infer<typeof forecastRun>;
