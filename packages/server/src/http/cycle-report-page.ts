import type { CycleReport } from '@patchbay/contracts/cycle-report';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { approvalWords, resultWords } from '../report/report-words.ts';

const style = `
:root { color-scheme: light dark; --text: #1a1d21; --quiet: #555b63; --line: #d8dce1; --page: #fff; --link: #0f5f6e;
  --good: #1b6e3c; --warn: #8a5a00; --bad: #b3261e; }
@media screen and (prefers-color-scheme: dark) {
  :root { --text: #dde1e6; --quiet: #9aa2ab; --line: #343a42; --page: #12171b; --link: #7cc5d2;
    --good: #5fce8e; --warn: #e5ab4e; --bad: #f28b82; }
}
body { font: 11pt/1.45 system-ui, sans-serif; color: var(--text); background: var(--page); margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; break-after: avoid; }
p.about { color: var(--quiet); margin: 0 0 .5rem; }
p.ways { margin: 0 0 1.5rem; }
a { color: var(--link); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; min-width: 5.5rem; }
th { border-bottom-color: var(--text); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; min-width: 0; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 0; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
.failed, .missedWindow { color: var(--bad); }
.partial, .cancelled, .skipped { color: var(--warn); }
.succeeded { color: var(--good); }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; } p.ways { display: none; } @page { margin: 15mm; } }
`;

/**
 * The report of a cycle as a page of its own that prints well (P-15): no script, nothing from elsewhere. Everything that
 * came from people and endpoints is escaped. `nonce` lets the browser use its style.
 */
export function cycleReportPage(report: CycleReport, nonce: string): string {
  const { cycle, approval } = report;
  const title = `Report of cycle ${cycle.id}${cycle.plan === null ? '' : ` of "${cycle.plan.name}"`}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style nonce="${escaped(nonce)}">${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="about">${escaped(about(report))}</p>
${approval === null ? '' : `<p class="about">${escaped(approvalWords(approval, when))}</p>`}
<p class="ways"><a href="report.csv">Save every patch on every endpoint as CSV</a>. This page prints well, also to PDF.</p>
${figures(report)}
<h2>What did not succeed, and why</h2>
${problemTable(report)}
<h2>Patches</h2>
${patchTable(report)}
<h2>Reboots</h2>
${rebootTable(report)}
<h2>Endpoints</h2>
${endpointTable(report)}
</body>
</html>
`;
}

function about({ cycle, madeAt }: CycleReport): string {
  const { mode, openedAt, openedBy, finishedAt } = cycle;
  const rehearsal = mode === 'rehearsal' ? 'A rehearsal: nothing was installed or rebooted. ' : '';
  const ended = finishedAt === null ? 'and has not finished' : `and finished on ${when(finishedAt)}`;
  return `${rehearsal}Opened on ${when(openedAt)} by ${openedBy}, ${ended}. This report was made on ${when(madeAt)}; all times are UTC.`;
}

function figures({ cycle: { runs }, before, after }: CycleReport): string {
  const figure = (label: string, value: string | number): string =>
    `<div><dt>${escaped(label)}</dt><dd>${escaped(String(value))}</dd></div>`;
  const change = (then: number | undefined, now: number): string =>
    then === undefined ? String(now) : `${then} → ${now}`;
  return `<dl>${[
    figure('Endpoints', runs.total),
    figure('Succeeded', runs.succeeded),
    figure('In part', runs.partial),
    figure('Failed', runs.failed),
    figure('Missed their window', runs.missedWindow),
    figure('Skipped', runs.skipped),
    figure('Cancelled', runs.cancelled),
    figure('Up to date, before → after', change(before?.endpointsUpToDate, after.endpointsUpToDate)),
    figure('Applicable patches, before → after', change(before?.patches, after.patches)),
  ].join('')}</dl>`;
}

function patchTable({ cycle, patches }: CycleReport): string {
  if (patches.length === 0) return '<p>None.</p>';
  const isRehearsal = cycle.mode === 'rehearsal';
  return table(
    ['Package', 'Version', 'Security', isRehearsal ? 'Would be installed' : 'Installed', 'Failed', 'Where'],
    patches.map(({ package: name, version, security, installed, failed, wouldInstall, endpoints }) => {
      const others = installed + failed + wouldInstall - endpoints.length;
      const more = others > 0 && endpoints.length >= 20 ? `, and ${others} more` : '';
      const count = isRehearsal ? wouldInstall : installed;
      return [name, version, security ? 'yes' : '', count, failed, `${endpoints.join(', ')}${more}`];
    }),
  );
}

function problemTable({ runs }: CycleReport): string {
  const problems = runs.filter(({ result }) => result !== null && result !== 'succeeded');
  if (problems.length === 0) return '<p>Nothing.</p>';
  return table(
    ['Endpoint', 'Result', 'Why', 'Wave'],
    problems.map((run) => [run.endpoint.name, resultCell(run), run.reason ?? '', run.wave ?? '']),
  );
}

function rebootTable({ reboots }: CycleReport): string {
  if (reboots.length === 0) return '<p>None.</p>';
  return table(
    ['Endpoint', 'Reboot', 'Asked or begun', 'Put off', 'What came of it', 'Ended'],
    reboots.map(({ endpoint, step, interactive, askedAt, putOff, ending, endedAt }) => {
      const asked = ending === 'foreseen' ? 'would be asked' : 'was asked';
      const reboot = interactive ? `${step}: a user ${asked}` : step;
      return [endpoint.name, reboot, when(askedAt), putOff, ending ?? 'under way', when(endedAt)];
    }),
  );
}

function endpointTable({ runs }: CycleReport): string {
  return table(
    [
      'Endpoint',
      'System',
      'Workflow',
      'Result',
      'Installed',
      'Failed',
      'Applicable before',
      'Applicable after',
      'Finished',
    ],
    runs.map((run) => [
      run.endpoint.name,
      operatingSystemNames[run.os],
      run.workflow ?? '',
      resultCell(run),
      run.installed,
      run.failed,
      run.patchesBefore,
      run.patchesAfter,
      when(run.finishedAt),
    ]),
  );
}

interface Marked {
  readonly text: string;
  readonly mark: string;
}
type Cell = string | number | null | Marked;

function resultCell({ result, status }: CycleReport['runs'][number]): Marked {
  const word = result ?? status;
  return { text: resultWords[word] ?? word, mark: word };
}

function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumber = heads.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const classOf = (column: number): string => (isNumber[column] ? ' class="number"' : '');
  const head = heads
    .map((text, column) => `<th scope="col"${classOf(column)}>${escaped(text)}</th>`)
    .join('');
  const body = rows.map(
    (row) => `<tr>${row.map((cell, column) => `<td${classOf(column)}>${cellText(cell)}</td>`).join('')}</tr>`,
  );
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'object') return escaped(String(cell));
  return `<span class="${escaped(cell.mark)}">${escaped(cell.text)}</span>`;
}

function when(instant: string | null): string {
  return instant === null ? '' : instant.slice(0, 16).replace('T', ' ');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
