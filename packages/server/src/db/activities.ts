import type { ActivityReport } from '@patchbay/contracts/agent-protocol';

/** The end of an activity as its agent reports it. */
export type ReportedActivity = ActivityReport;
