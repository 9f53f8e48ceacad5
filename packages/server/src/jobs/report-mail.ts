import { reportUnsentEntry } from '@patchbay/domain/log/mail-entries';
import { nextTry } from '@patchbay/domain/mail/retry';
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import { cancelJob, holdJob, scheduleJob } from '../db/jobs.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import { withTransaction } from '../db/pool.ts';
import {
  type DueReportMail,
  jobOfMail,
  mailOfJob,
  noteReportFailed,
  noteReportSent,
  reportMailJob,
  takeReportMail,
} from '../db/report-mails.ts';
import type { Sealer } from '../db/secrets.ts';
import { readSettings } from '../db/settings.ts';
import { messageOf } from '../db/system-error.ts';
import { cycleReport } from '../db/views/cycle-report.ts';
import { findCycle } from '../db/views/cycles.ts';
import { MailError, mailServerOf, sendMail } from '../mail/mail-server.ts';
import { reportMessage } from '../mail/report-message.ts';
import { cycleTable } from '../report/cycle-table.ts';
import type { JobWorker } from './jobs.ts';

/** What mailing reports takes. `now` in epoch milliseconds. */
export interface ReportMailTools {
  readonly pool: pg.Pool;
  readonly sealer: Sealer;
  readonly now: () => number;
  readonly log: BaseLogger;
}

/** Mails reports; `stop` lets what is being sent end within a few seconds. */
export interface ReportMailer extends JobWorker {
  readonly stop: () => Promise<void>;
}

const mostAtOnce = 4;
const soonMs = 2_000;
/** After this a node that has taken a mail and not said what became of it is taken for dead. */
const leaseMs = 5 * 60_000;
const longestStopMs = 5_000;
const longestTable = 5 * 1024 * 1024;

/**
 * Mails the reports of cycles that have finished (P-15). Sending takes its time, so a mail is taken in one transaction
 * and ended in another: if the node dies in between, the mail is sent again.
 */
export function createReportMailer(tools: ReportMailTools): ReportMailer {
  const underWay = new Set<Promise<void>>();
  const stopped = new AbortController();

  const start = (mail: DueReportMail): void => {
    const sending = mailReport(tools, mail, stopped.signal)
      .catch((err: unknown) => tools.log.error({ err, cycle: mail.cycle }, 'A mail could not be ended'))
      .finally(() => underWay.delete(sending));
    underWay.add(sending);
  };

  return {
    kind: reportMailJob,
    async work(tx, { key }, at) {
      if (underWay.size >= mostAtOnce) return { again: new Date(at.getTime() + soonMs) };
      const mail = await takeReportMail(tx, mailOfJob(key));
      if (mail === null) return { again: null };
      return { again: new Date(at.getTime() + leaseMs), afterCommit: () => start(mail) };
    },
    async stop() {
      const patience = setTimeout(() => stopped.abort(), longestStopMs);
      await Promise.all(underWay);
      clearTimeout(patience);
    },
  };
}

async function mailReport(tools: ReportMailTools, mail: DueReportMail, stopped: AbortSignal): Promise<void> {
  const failure = await send(tools, mail, stopped);
  const { pool, now, log } = tools;
  const at = now();
  const { cycle, plan, recipient, tries } = mail;
  const job = { kind: reportMailJob, key: jobOfMail(mail) };
  if (failure === null) {
    await withTransaction(pool, async (tx) => {
      await cancelJob(tx, job);
      await noteReportSent(tx, mail, new Date(at));
    });
    log.info({ cycle }, 'A report was mailed');
    return;
  }
  const { message: problem, refusedForGood } = failure;
  const again = nextTry({ tries, since: mail.since.getTime(), at, refusedForGood });
  log.warn({ cycle, tries, problem, again }, 'A report could not be mailed');
  await withTransaction(pool, async (tx) => {
    await holdJob(tx, job);
    if (!(await noteReportFailed(tx, mail, problem, again === null ? new Date(at) : null))) return;
    if (again !== null) return scheduleJob(tx, job, new Date(again));
    await cancelJob(tx, job);
    await insertLogEntries(tx, [reportUnsentEntry({ cycle, plan, recipient, problem, at })]);
  });
}

/** Why a mail was not sent; null: the mail server has taken it. */
async function send(
  { pool, sealer, now }: ReportMailTools,
  { cycle, recipient }: DueReportMail,
  stopped: AbortSignal,
): Promise<MailError | null> {
  try {
    const settings = await readSettings(pool);
    const server = mailServerOf(settings, sealer);
    const found = await findCycle(pool, cycle);
    if (found === null) return new MailError('the cycle is gone', true);
    const message = reportMessage({
      report: await cycleReport(pool, found, now()),
      csv: await table(pool, cycle),
      publicAddress: settings['server.publicAddress'],
    });
    const id = `cycle-${cycle}-${found.openedAt.replace(/\D/g, '')}`;
    await sendMail(server, { ...message, to: recipient, id }, stopped);
    return null;
  } catch (error) {
    return error instanceof MailError ? error : new MailError(messageOf(error));
  }
}

/** The whole table; null when it is too large for a mail. */
async function table(pool: pg.Pool, cycle: number): Promise<string | null> {
  let text = '';
  for await (const line of cycleTable(pool, cycle)) {
    text += line;
    if (text.length > longestTable) return null;
  }
  return text;
}
