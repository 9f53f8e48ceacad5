import { Command, CommanderError } from 'commander';
import cliPackage from '../package.json' with { type: 'json' };
import { addActivityCommands } from './commands/activity.ts';
import { addAgentCommands } from './commands/agent.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addCycleCommands } from './commands/cycle.ts';
import { addEndpointCommands } from './commands/endpoint.ts';
import { addEnrolmentTokenCommands } from './commands/enrolment-token.ts';
import { addGroupCommands } from './commands/group.ts';
import { addLibraryFolderCommands } from './commands/library.ts';
import { addLogCommands } from './commands/log.ts';
import { addLoginCommands } from './commands/login.ts';
import { addPatchFilterCommands } from './commands/patch-filter.ts';
import { addPlanCommands } from './commands/plan.ts';
import { addRebootCommands } from './commands/reboot.ts';
import { addRebootAnswerCommand } from './commands/reboot-answer.ts';
import { addRunCommands } from './commands/run.ts';
import { addScriptCommands } from './commands/script.ts';
import { addServerCommands } from './commands/server.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addTaskCommands } from './commands/task.ts';
import { addUserCommands } from './commands/user.ts';
import { addWebhookSenderCommands } from './commands/webhook-sender.ts';
import { addWindowCommands } from './commands/window.ts';
import { addWorkflowCommands } from './commands/workflow.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printError } from './print.ts';

/** The whole command line of Patchbay. */
function createProgram(): Command {
  const program = new Command('patchbay')
    .description('Automates what happens before and after patching.')
    .version(cliPackage.version)
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride();
  addServerCommands(program);
  addAgentCommands(program);
  addRebootAnswerCommand(program);
  addLoginCommands(program);
  addEnrolmentTokenCommands(program);
  addEndpointCommands(program);
  addScriptCommands(program);
  addTaskCommands(program);
  addWorkflowCommands(program);
  addGroupCommands(program);
  addWindowCommands(program);
  addPatchFilterCommands(program);
  addPlanCommands(program);
  addLibraryFolderCommands(program);
  addCycleCommands(program);
  addRunCommands(program);
  addActivityCommands(program);
  addSettingsCommands(program);
  addUserCommands(program);
  addWebhookSenderCommands(program);
  addRebootCommands(program);
  addLogCommands(program);
  addAuditCommands(program);
  addSimulateCommand(program);
  return program;
}

/** The exit code for whatever ended a command; its words go to stderr. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof CommandError) {
    printError(error.message);
    return error.exitCode;
  }
  printError(`patchbay: ${error instanceof Error ? error.message : String(error)}`);
  return exitCode.failed;
}

/** Does what the arguments say and sets the exit code. */
export async function parseCommand(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}
