import { forgetLogEntries } from '../db/log-entries.ts';
import { readSettings } from '../db/settings.ts';
import type { JobWorker } from './jobs.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** In one transaction, so that nobody has to wait for it. */
const mostAtOnce = 5_000;

/** The job that keeps Logs & Alerts from growing for ever; there is one for all nodes. */
export const logRetentionJob = { kind: 'logRetention', key: 'hourly' };

/** Forgets what Logs & Alerts have kept for as long as the settings say (O-04). */
export const logRetentionWorker: JobWorker = {
  kind: logRetentionJob.kind,
  async work(tx, _job, at) {
    const { 'log.keepDays': days } = await readSettings(tx);
    const forgotten = await forgetLogEntries(tx, new Date(at.getTime() - days * dayMs), mostAtOnce);
    return { again: forgotten < mostAtOnce ? new Date(at.getTime() + hourMs) : at };
  },
};
