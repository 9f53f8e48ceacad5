import type * as agentMain from '@patchbay/agent/main';
import { Argument, type Command } from 'commander';
import { printJson, printLine } from '../print.ts';
import { withAgent } from './agent.ts';

/** `patchbay reboot-answer`: how a terminal's user answers Interactive Reboot. */
export function addRebootAnswerCommand(program: Command): void {
  program
    .command('reboot-answer')
    .description('answer what Interactive Reboot asks you on your terminal')
    .addArgument(
      new Argument('[answer]', 'the answer; without one only shows what is asked').choices(answers),
    )
    .argument('[choice]', 'which of the snooze times, as they are numbered; the first unless given')
    .option('--show', 'only show what is asked')
    .option('--json', 'print as JSON')
    .option('--prompts <dir>', 'where an agent that is not the system’s offers its prompts')
    .action(
      async (
        answer: string | undefined,
        choice: string | undefined,
        { show, json, prompts }: { show?: boolean; json?: boolean; prompts?: string },
      ) => {
        const words =
          show || answer === undefined ? null : [answer, ...(choice === undefined ? [] : [choice])];
        const asked = await withAgent((agent) => agent.rebootAnswerCommand({ words, prompts }));
        if (json) return printJson(asked);
        if (words !== null) return printLine('Your answer is taken.');
        printAsked(asked);
      },
    );
}

const answers = ['now', 'snooze', 'cancel'];

function printAsked(asked: Awaited<ReturnType<typeof agentMain.rebootAnswerCommand>>): void {
  printLine(asked.title);
  printLine('');
  printLine(asked.body);
  for (const { words, label } of asked.answers) printLine(`  patchbay reboot-answer ${words}   ${label}`);
}
