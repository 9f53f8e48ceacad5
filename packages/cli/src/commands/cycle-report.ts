import { writeFile } from 'node:fs/promises';
import { cycleReport } from '@patchbay/contracts/cycle-report';
import { type Command, Option } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { printJson, printLine } from '../print.ts';

const suffixes = { html: '.html', csv: '.csv', json: '' } as const;

/** Adds `cycle report` (P-15). */
export function addCycleReportCommand(group: Command): void {
  reading(
    group
      .command('report')
      .description('report what happened in a cycle')
      .argument('<cycle>')
      .addOption(
        new Option('--format <format>', 'a page that prints well, a table, or data')
          .choices(Object.keys(suffixes))
          .default('html'),
      )
      .option('-o, --output <file>', 'write it there instead of the standard output'),
  ).action(
    async (id: string, options: { format: keyof typeof suffixes; output?: string; json?: boolean }) => {
      if (options.json) return printJson(await api().get(`/cycles/${part(id)}/report`, cycleReport));
      const path = `/cycles/${part(id)}/report${suffixes[options.format]}`;
      const { bytes } = await api().bytes(path);
      if (options.output === undefined) {
        process.stdout.write(bytes);
        return;
      }
      try {
        await writeFile(options.output, bytes);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new CommandError(exitCode.failed, `the report cannot be written: ${why}`);
      }
      printLine(`Wrote the report of cycle ${id} to ${options.output}.`);
    },
  );
}
