import { sessionLimits } from '@patchbay/domain/user/session-end';
import { forgetKeys } from '../db/idempotency-keys.ts';
import { forgetSessions } from '../db/sessions.ts';
import { readSettings } from '../db/settings.ts';
import { forgetAttemptsBefore } from '../db/sign-in-attempts.ts';
import type { JobWorker } from './jobs.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** The job that deletes what is over; there is one for all nodes. */
export const forgetJob = { kind: 'forget', key: 'hourly' };

/** Deletes idempotency keys, sessions and tries at passwords that are of no use any more, every hour. */
export const forgetWorker: JobWorker = {
  kind: forgetJob.kind,
  async work(tx, _job, at) {
    const dayAgo = new Date(at.getTime() - dayMs);
    await forgetKeys(tx, dayAgo);
    await forgetAttemptsBefore(tx, dayAgo);
    await forgetSessions(tx, sessionLimits(await readSettings(tx)), at);
    return { again: new Date(at.getTime() + hourMs) };
  },
};
