import type { CycleReport } from '@patchbay/contracts/cycle-report';
import { approvalWords, resultWords } from '../report/report-words.ts';
import type { Mail } from './mail-server.ts';

/** What a mail with the report of a cycle is made of. */
export interface ReportToMail {
  readonly report: CycleReport;
  /** The report as CSV; null: it is too large for a mail. */
  readonly csv: string | null;
  /** Where people reach the installation; empty: nobody has said. */
  readonly publicAddress: string;
}

const mostProblems = 30;

/** The mail with the report of a cycle that has finished: what came of it in words, and a table of everything (P-15). */
export function reportMessage({ report, csv, publicAddress }: ReportToMail): Omit<Mail, 'to'> {
  const { cycle } = report;
  const plan = cycle.plan?.name ?? '';
  const result = resultWords[cycle.result ?? ''] ?? cycle.status;
  const parts = [
    `Cycle ${cycle.id} of the plan "${plan}" ${endedWords(report)}.`,
    report.approval === null ? '' : approvalWords(report.approval, utc),
    figures(report),
    problems(report),
    links(report, csv !== null, publicAddress),
  ];
  return {
    subject: `Patchbay: ${plan}, cycle ${cycle.id}: ${result}`,
    text: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
    ...(csv === null ? {} : { table: { name: `cycle-${cycle.id}.csv`, csv } }),
  };
}

function endedWords({ cycle }: CycleReport): string {
  const result = resultWords[cycle.result ?? ''] ?? cycle.status;
  return cycle.finishedAt === null ? 'has not finished' : `ended on ${utc(cycle.finishedAt)}: ${result}`;
}

function figures({ cycle: { runs }, before, after, patches, reboots }: CycleReport): string {
  const change = (then: number | undefined, now: number): string =>
    then === undefined ? String(now) : `${then} before, ${now} after`;
  const installed = patches.reduce((sum, patch) => sum + patch.installed, 0);
  const failed = patches.reduce((sum, patch) => sum + patch.failed, 0);
  const rows: readonly (readonly [string, string | number])[] = [
    ['Endpoints', runs.total],
    ['Succeeded', runs.succeeded],
    ['In part', runs.partial],
    ['Failed', runs.failed],
    ['Missed their window', runs.missedWindow],
    ['Skipped', runs.skipped],
    ['Cancelled', runs.cancelled],
    ['Patches installed', installed],
    ['Patches failed', failed],
    ['Reboots', reboots.length],
    ['Endpoints up to date', change(before?.endpointsUpToDate, after.endpointsUpToDate)],
    ['Applicable patches', change(before?.patches, after.patches)],
  ];
  return rows.map(([label, value]) => `${`${label}:`.padEnd(22)} ${value}`).join('\n');
}

function problems({ runs }: CycleReport): string {
  const all = runs.filter(({ result }) => result !== 'succeeded');
  if (all.length === 0) return '';
  const lines = all.slice(0, mostProblems).map(({ endpoint, result, status, reason }) => {
    const word = resultWords[result ?? ''] ?? status;
    return `- ${endpoint.name}: ${word}${reason === null ? '' : `: ${reason}`}`;
  });
  const more = all.length - lines.length;
  return ['What did not succeed, and why:', ...lines, ...(more > 0 ? [`… and ${more} more.`] : [])].join(
    '\n',
  );
}

function links({ cycle: { id } }: CycleReport, hasTable: boolean, publicAddress: string): string {
  const table = hasTable
    ? 'The attached table tells of each patch on each endpoint.'
    : 'The table of each patch on each endpoint is too large for a mail; the report has it.';
  if (publicAddress === '') return table;
  return [
    table,
    `The cycle:  ${publicAddress}/cycles/${id}`,
    `The report: ${publicAddress}/api/v1/cycles/${id}/report.html`,
  ].join('\n');
}

function utc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
