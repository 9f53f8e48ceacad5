import { cycle } from '@patchbay/contracts/cycle';
import { taskSchedule } from '@patchbay/contracts/task-schedule';
import { type Command, InvalidArgumentError } from 'commander';
import { type Api, part } from '../api.ts';
import { api, collectPairs, reading, readingLatest, showList } from '../context.ts';
import { counted } from '../counted.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { coloured, localTime, printJson, printLine } from '../print.ts';
import { parseInstant, parseMinutes } from '../time-text.ts';
import { watchCycle } from '../watch-cycle.ts';
import { waitForStart } from '../watch-schedule.ts';

interface RunOptions {
  readonly on: string;
  readonly param?: Record<string, string>;
  readonly at?: number;
  readonly within?: number;
  readonly every?: number;
  readonly spread?: number;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** Adds `task run`, `task scheduled` and `task unschedule` (L-26, L-27). */
export function addTaskRunCommands(group: Command): void {
  reading(
    group
      .command('run')
      .description('run a task on endpoints, now or at a set time, outside any plan')
      .argument('<name>')
      .requiredOption('--on <selector>', 'all, endpoint:NAME, group:NAME, tag:k=v, os:linux; comma = union')
      .option('--param <k=v>', "a parameter value over the task's own (repeatable)", collectPairs)
      .option('--at <time>', '2026-11-22T02:00 (local, or with Z or an offset), 02:00 or +2h', instant)
      .option('--within <time>', 'do not start later than this after --at (90m, 4h, 1d)', duration)
      .option('--every <time>', 'repeat a health check: 15m, 4h, 1d', duration)
      .option('--spread <time>', 'let each endpoint start at a random moment within this time', duration)
      .option('--wait', 'show progress and end with the result'),
  ).action(async (name: string, options: RunOptions) => {
    const { on, param, at, within, every, spread, wait } = options;
    if (wait && every !== undefined) {
      throw new CommandError(exitCode.usage, 'what is repeated has no end that --wait could wait for');
    }
    const server = api();
    const body = {
      task: name,
      on,
      parameters: param ?? {},
      at: at === undefined ? null : new Date(at).toISOString(),
      withinMinutes: within ?? null,
      everyMinutes: every ?? null,
      spreadMinutes: spread ?? 0,
    };
    if (at === undefined && every === undefined) return runNow(server, body, options);
    const made = await server.send('POST', '/task-runs', body, taskSchedule);
    if (wait) return watchCycle(server, await waitForStart(server, made, options), options);
    if (options.json) return printJson(made);
    const often = made.everyMinutes === null ? '' : ` and every ${made.everyMinutes} minutes`;
    printLine(`"${name}" runs on ${on} at ${localTime(made.startsAt)}${often}.`);
    printLine(`"patchbay task unschedule ${made.id}" stops that.`);
  });

  readingLatest(
    group
      .command('scheduled')
      .description('list what was to run at a set time, the latest first')
      .option('--waiting', 'only what is still to start'),
  ).action(async (options: { json?: boolean; limit: number; waiting?: boolean }) => {
    const status = options.waiting ? 'waiting' : undefined;
    const items = await api().list('/task-schedules', taskSchedule, { status }, options.limit);
    showList(
      items,
      options,
      [
        ['id', (item) => item.id],
        ['task', (item) => item.task.name],
        ['on', (item) => item.on],
        ['status', (item) => coloured(item.status)],
        ['next', (item) => localTime(item.nextAt)],
        ['every', (item) => (item.everyMinutes === null ? '' : `${item.everyMinutes} min`)],
        ['last cycle', (item) => item.lastCycle],
        ['by', (item) => item.createdBy],
        ['note', (item) => item.note],
      ],
      'Nothing has been set to run: "patchbay task run NAME --on SELECTOR --at TIME" does that.',
    );
  });

  reading(
    group
      .command('unschedule')
      .description('let a task not run at its set time, or not be repeated; what has started goes on')
      .argument('<id>', 'as "patchbay task scheduled" shows it'),
  ).action(async (id: string, options: { json?: boolean }) => {
    const cancelled = await api().send('POST', `/task-schedules/${part(id)}/cancel`, {}, taskSchedule);
    if (options.json) printJson(cancelled);
    else printLine(`"${cancelled.task.name}" will not run on ${cancelled.on}.`);
  });
}

async function runNow(server: Api, body: object, { wait, json }: RunOptions): Promise<void> {
  const opened = await server.send('POST', '/task-runs', body, cycle);
  if (wait) return watchCycle(server, opened.id, json ? { json } : {});
  if (json) return printJson(opened);
  printLine(
    `Running "${opened.task?.name}" on ${counted(opened.runs.total, 'endpoint')} as cycle ${opened.id}.`,
  );
}

function instant(text: string): number {
  const at = parseInstant(text, Date.now());
  if (at === null) throw new InvalidArgumentError('It must be like 2026-11-22T02:00, 02:00 or +2h.');
  return at;
}

function duration(text: string): number {
  const minutes = parseMinutes(text);
  if (minutes === null) throw new InvalidArgumentError('It must be like 90m, 4h or 1d.');
  return minutes;
}
