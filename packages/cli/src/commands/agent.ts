import type * as agentMain from '@patchbay/agent/main';
import type { Command } from 'commander';
import { collectPairs, reading } from '../context.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { coloured, localTime, printFields, printJson, printLine } from '../print.ts';
import { stopSignal } from '../stop-signal.ts';

const stateDirOption = ['--state-dir <dir>', "the agent's state directory"] as const;

/** `patchbay agent …`: the agent of this machine (E-01). The agent's code is loaded only when it is asked for. */
export function addAgentCommands(program: Command): void {
  const group = program.command('agent').description('the agent of this machine');

  group
    .command('enroll')
    .description('make this machine an endpoint of a server')
    .requiredOption('--server <url>')
    .option('--token <token>', 'the enrolment token; - reads it from standard input')
    .option('--token-file <file>', 'a file that holds it; PATCHBAY_ENROLMENT_TOKEN does as well')
    .option('--name <name>', "the endpoint's name; default: the host's")
    .option('--tag <k=v>', 'a tag (repeatable)', collectPairs)
    .option('--ca <file>', 'further certificate authorities (PEM) for the server')
    .option('--allow-plain-http', 'accept a server without TLS that is not on this machine')
    .option('--rehearsal-only', 'refuse to install and to reboot')
    .option(...stateDirOption)
    .action(
      async (options: {
        server: string;
        token?: string;
        tokenFile?: string;
        name?: string;
        tag?: Record<string, string>;
        ca?: string;
        allowPlainHttp?: boolean;
        rehearsalOnly?: boolean;
        stateDir?: string;
      }) => {
        const { tag, ca, ...rest } = options;
        const environment = process.env.PATCHBAY_ENROLMENT_TOKEN;
        const enrolled = await withAgent((agent) =>
          agent.enrolCommand({ ...rest, environment, stdin: process.stdin, tags: tag, caFile: ca }),
        );
        printLine(`Enrolled as "${enrolled.name}". "patchbay agent run" starts the agent.`);
      },
    );

  group
    .command('run')
    .description('run the agent until it is stopped')
    .option(...stateDirOption)
    .action(async (options: { stateDir?: string }) => {
      await withAgent((agent) => agent.runCommand({ ...options, stopped: stopSignal().came }));
    });

  reading(
    group
      .command('status')
      .description('how the agent is')
      .option(...stateDirOption),
  ).action(async (options: { stateDir?: string; json?: boolean }) => {
    const status = await withAgent((agent) => agent.statusCommand(options));
    if (options.json) return printJson(status);
    const { enrolled, connection } = status;
    const allowed = Object.entries(status.policy).flatMap(([what, may]) => (may ? [what] : []));
    printFields([
      ['enrolled', enrolled ? `as "${enrolled.name}" at ${enrolled.server}` : 'no'],
      ['running', status.running ? 'yes' : 'no'],
      ['allows', allowed.join(', ') || 'nothing'],
      [
        'connection',
        connection &&
          `${coloured(connection.connected ? 'connected' : 'disconnected')} since ${localTime(connection.since)} ${connection.problem ?? ''}`,
      ],
      ['state in', status.stateDir],
      ['version', status.version],
    ]);
  });

  group
    .command('unenroll')
    .description('forget the enrolment and its key; revoke the endpoint on the server besides')
    .option(...stateDirOption)
    .action(async (options: { stateDir?: string }) => {
      await withAgent((agent) => agent.unenrolCommand(options));
      printLine('The enrolment is forgotten.');
    });
}

const exitCodes = {
  usage: exitCode.usage,
  refused: exitCode.refused,
  unreachable: exitCode.unreachable,
  failed: exitCode.failed,
} as const;

/** Loads the agent and gives its errors the exit codes of commands. */
export async function withAgent<Result>(work: (agent: typeof agentMain) => Promise<Result>): Promise<Result> {
  const { AgentError } = await import('@patchbay/agent/agent-error');
  try {
    return await work(await import('@patchbay/agent/main'));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    throw new CommandError(
      exitCodes[error.kind],
      error.code ? `${error.code}: ${error.message}` : error.message,
    );
  }
}
