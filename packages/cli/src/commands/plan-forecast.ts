import { type PlanOutlook, planOutlook } from '@patchbay/contracts/plan-outlook';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { localTime, printFields, printJson, printLine, printList } from '../print.ts';

/** Adds `plan forecast` (P-11). */
export function addPlanForecastCommand(group: Command): void {
  reading(
    group
      .command('forecast')
      .description('say what would happen if the plan was activated now; nothing is started')
      .argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const seen = await api().get(`/plans/${part(name)}/forecast`, planOutlook);
    if (options.json) printJson(seen);
    else printForecast(seen);
  });
}

function printForecast(seen: PlanOutlook): void {
  const { fits, halts } = seen;
  const late = fits.overruns + fits.missesWindow + fits.neverStarts;
  printFields([
    ['opens', localTime(seen.opensAt)],
    ['endpoints', seen.endpoints],
    ['first start', known(seen.firstStartAt)],
    ['work ends', `${known(seen.workEndsAt)}; if every run is slow ${known(seen.slowWorkEndsAt)}`],
    ['cycle ends', `${known(seen.endsAt)} at the latest, if users take their time`],
    ['at once', `${seen.mostAtOnce} at most`],
    ['users asked', seen.prompted],
    ...(seen.prompted === 0 ? [] : [['latest reboot', known(seen.latestRebootAt)] as const]),
    [
      'fit',
      `${fits.fits} fit, ${fits.overruns} end after their window, ${fits.missesWindow} miss it, ${fits.neverStarts} never start`,
    ],
  ]);
  printLine();
  printList(
    seen.waves,
    [
      ['wave', (wave) => wave.name],
      ['endpoints', (wave) => wave.size],
      ['opens', (wave) => known(wave.opensAt)],
    ],
    'No waves.',
  );
  for (const { at, reason } of halts) printLine(`It halts at ${localTime(at)}: ${reason}.`);
  if (late > 0) {
    printLine();
    const shown = seen.runs.filter(({ fit }) => fit !== 'fits');
    printLine(`Do not fit${late > shown.length ? ` (the first ${shown.length} of ${late})` : ''}:`);
    printList(
      shown,
      [
        ['endpoint', (run) => run.endpoint.name],
        ['wave', (run) => run.wave],
        ['starts', (run) => localTime(run.startsAt)],
        ['why', (run) => run.why],
      ],
      '',
    );
  }
  printLine();
  printLine('Assumed:');
  for (const assumption of seen.assumptions) printLine(`- ${assumption}`);
}

/** null: not as far as the forecast looks. */
function known(instant: string | null): string {
  return instant === null ? 'not foreseeable' : localTime(instant);
}
