import { z } from 'zod';
import { planInput } from './plan.ts';
import { forecastRun, planForecast } from './plan-forecast.ts';
import { reference } from './reference.ts';
import { instant } from './text.ts';

const count = z.int().min(0);

/** A forecast with what it is drawn from (P-11). */
export const planOutlook = planForecast.extend({
  /** When the cycle would open. */
  opensAt: instant,
  /** How many runs work, have not started, and have done their work, at evenly spaced times. */
  picture: z.array(z.strictObject({ at: instant, running: count, waiting: count, done: count })).max(120),
  /** When each endpoint would be worked on: first those that do not fit, then by their start; at most 500. */
  runs: z.array(forecastRun).max(500),
});
export type PlanOutlook = z.infer<typeof planOutlook>;

/** Asks which workflow an endpoint would follow in a plan that need not be saved (P-03). */
export const previewInput = z.strictObject({ plan: planInput, endpoint: reference });
