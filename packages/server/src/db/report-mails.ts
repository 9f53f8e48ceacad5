import type { ReportMail } from '@patchbay/contracts/cycle-report';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** The jobs that mail the report of a cycle; the key is made of the cycle and the recipient. */
export const reportMailJob = 'report.mail';

/** Who is to be mailed which report. */
export interface ReportMailKey {
  readonly cycle: number;
  readonly recipient: string;
}

/** A report that is to be mailed. */
export interface DueReportMail extends ReportMailKey {
  /** The name of the cycle's plan. */
  readonly plan: string;
  readonly since: Date;
  /** This one included. */
  readonly tries: number;
}

/** Which report the job of this key mails. */
export function mailOfJob(key: string): ReportMailKey {
  const at = key.indexOf(' ');
  return { cycle: Number(key.slice(0, at)), recipient: key.slice(at + 1) };
}

/** The key of the job that mails a report. */
export function jobOfMail({ cycle, recipient }: ReportMailKey): string {
  return `${cycle} ${recipient}`;
}

/** Notes who is mailed the report of a cycle that opens (P-15). */
export async function insertReportMails(
  tx: Transaction,
  cycle: number,
  recipients: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into report_mails (cycle, recipient) select $1, one from unnest($2::text[]) one on conflict do nothing`,
    [cycle, recipients],
  );
}

/** Has the report of a cycle that has finished mailed, to each recipient by a job of its own; once. */
export async function queueReportMails(tx: Transaction, cycle: number, at: Date): Promise<void> {
  await tx.query(
    `with queued as (
       update report_mails set since = $2 where cycle = $1 and since is null returning cycle, recipient
     )
     insert into jobs (kind, key, due_at) select $3, cycle || ' ' || recipient, $2 from queued`,
    [cycle, at, reportMailJob],
  );
}

/** Counts a try of a mail that still waits, and says what is to be sent; null: there is nothing to send any more. */
export async function takeReportMail(
  tx: Transaction,
  { cycle, recipient }: ReportMailKey,
): Promise<DueReportMail | null> {
  const { rows } = await tx.query<DueReportMail>(
    `update report_mails m set tries = tries + 1 from cycles c
     where m.cycle = $1 and m.recipient = $2 and m.sent_at is null and m.given_up_at is null and c.id = m.cycle
     returning m.cycle, m.recipient, c.plan_name as plan, m.since, m.tries`,
    [cycle, recipient],
  );
  return rows[0] ?? null;
}

/** Notes that the mail server has taken a mail. */
export async function noteReportSent(
  tx: Transaction,
  { cycle, recipient }: ReportMailKey,
  at: Date,
): Promise<void> {
  await tx.query(
    'update report_mails set sent_at = $3, given_up_at = null, problem = null where cycle = $1 and recipient = $2',
    [cycle, recipient, at],
  );
}

/**
 * Notes why this try of a mail failed; `givenUpAt`: it is not tried again. False when that is of no interest any more:
 * the try took so long that it was taken for lost, and another one has begun or ended.
 */
export async function noteReportFailed(
  tx: Transaction,
  { cycle, recipient, tries }: Pick<DueReportMail, 'cycle' | 'recipient' | 'tries'>,
  problem: string,
  givenUpAt: Date | null,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update report_mails set problem = $4, given_up_at = $5
     where cycle = $1 and recipient = $2 and tries = $3 and sent_at is null and given_up_at is null`,
    [cycle, recipient, tries, problem, givenUpAt],
  );
  return rowCount === 1;
}

/** How the report of a cycle gets to those whom its plan names, by their addresses. */
export async function listReportMails(db: Queryable, cycle: number): Promise<ReportMail[]> {
  const { rows } = await db.query<
    Omit<ReportMail, 'sentAt' | 'nextAt'> & { sentAt: Date | null; nextAt: Date | null }
  >(
    `select m.recipient, m.tries, m.problem, m.sent_at as "sentAt", j.due_at as "nextAt",
       case when m.sent_at is not null then 'sent' when m.given_up_at is not null then 'failed'
         when m.since is null then 'later' else 'waiting' end as status
     from report_mails m left join jobs j on j.kind = $2 and j.key = m.cycle || ' ' || m.recipient
     where m.cycle = $1 order by m.recipient`,
    [cycle, reportMailJob],
  );
  return rows.map(({ sentAt, nextAt, ...row }) => ({
    ...row,
    sentAt: sentAt?.toISOString() ?? null,
    nextAt: nextAt?.toISOString() ?? null,
  }));
}
