import { plan } from '@patchbay/contracts/plan';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { printJson, printLine } from '../print.ts';

const verdicts = [
  ['approve', 'approve an activated plan', 'is approved'],
  ['reject', 'reject an activated plan', 'is rejected'],
] as const;

/** Adds `plan approve|reject|cancel` (P-09, P-12). */
export function addPlanVerdictCommands(group: Command): void {
  for (const [verb, text, done] of verdicts) {
    reading(
      group
        .command(verb)
        .description(text)
        .argument('<name>')
        .option('--reason <text>', 'why, in words that are kept')
        .option('--reference <text>', 'what the change is called elsewhere, such as CHG0012345'),
    ).action(async (name: string, options: { reason?: string; reference?: string; json?: boolean }) => {
      const { reason = null, reference = null } = options;
      const path = `/plans/${part(name)}/${verb}`;
      const answer = await api().send('POST', path, { reason, reference }, plan);
      if (options.json) printJson(answer);
      else printLine(`The plan "${answer.name}" ${done}: ${answer.progress.status}.`);
    });
  }

  reading(
    group
      .command('cancel')
      .description('take the activation of a plan back, or cancel its open cycle')
      .argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const answer = await api().send('POST', `/plans/${part(name)}/cancel`, {}, plan);
    if (options.json) printJson(answer);
    else if (answer.progress.status === 'readyToActivate') {
      printLine(`The activation of the plan "${answer.name}" is taken back.`);
    } else
      printLine(`The cycle of the plan "${answer.name}" is being cancelled; running activities end first.`);
  });
}
