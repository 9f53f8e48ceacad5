import { silentEntry } from '@patchbay/domain/log/endpoint-entries';
import { insertLogEntries } from '../db/log-entries.ts';
import { readSettings } from '../db/settings.ts';
import { takeSilentEndpoints } from '../db/silent-endpoints.ts';
import type { JobWorker } from './jobs.ts';

const minuteMs = 60_000;

/** The job that looks for silent endpoints; there is one for all nodes. */
export const silentEndpointsJob = { kind: 'silentEndpoints', key: 'always' };

/** Tells Logs & Alerts of endpoints that have been silent for as long as the settings allow (O-04). */
export const silentEndpointsWorker: JobWorker = {
  kind: silentEndpointsJob.kind,
  async work(tx, _job, at) {
    const { 'endpoint.silentHours': hours } = await readSettings(tx);
    const silent = await takeSilentEndpoints(tx, new Date(at.getTime() - hours * 60 * minuteMs), at);
    await insertLogEntries(
      tx,
      silent.map((news) => silentEntry(news, hours)),
    );
    return { again: new Date(at.getTime() + minuteMs) };
  },
};
