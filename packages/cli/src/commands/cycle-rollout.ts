import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import type { Command } from 'commander';
import { part } from '../api.ts';
import { api, reading } from '../context.ts';
import { printJson, printLine } from '../print.ts';

/** Adds `cycle halt|resume|approve-wave` (P-08). */
export function addCycleRolloutCommands(group: Command): void {
  reading(
    group
      .command('halt')
      .description('let what runs end, and start nothing more')
      .argument('<cycle>')
      .requiredOption('--reason <text>', 'why, in words that everybody sees'),
  ).action(async (id: string, { reason, json }: { reason: string; json?: boolean }) => {
    const halted = await api().send('POST', `/cycles/${part(id)}/halt`, { reason }, cycle);
    say(halted, json, `Cycle ${halted.id} is halted: "patchbay cycle resume ${halted.id}" goes on.`);
  });

  reading(
    group
      .command('resume')
      .description('go on with a halted cycle, and put up with what halted it')
      .argument('<cycle>'),
  ).action(async (id: string, { json }: { json?: boolean }) => {
    const resumed = await api().send('POST', `/cycles/${part(id)}/resume`, {}, cycle);
    say(resumed, json, `Cycle ${resumed.id} goes on.`);
  });

  reading(
    group.command('approve-wave').description('approve that the next wave opens').argument('<cycle>'),
  ).action(async (id: string, { json }: { json?: boolean }) => {
    const approved = await api().send('POST', `/cycles/${part(id)}/approve-wave`, {}, cycle);
    say(approved, json, `The next wave of cycle ${approved.id} is approved.`);
  });
}

function say(answer: Cycle, json: boolean | undefined, words: string): void {
  if (json) printJson(answer);
  else printLine(words);
}
