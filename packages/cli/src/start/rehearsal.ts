import { type Activity, activity, activitySummary } from '@patchbay/contracts/activity';
import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { type Endpoint, endpoint, endpointPatch } from '@patchbay/contracts/endpoint';
import type { ApplicablePatch, PatchResult } from '@patchbay/contracts/inventory';
import { type Plan, type PlanDraft, plan } from '@patchbay/contracts/plan';
import { type Api, part } from '../api.ts';
import { pc } from '../colours.ts';
import { Refusal } from '../exit-code.ts';
import { coloured, printLine } from '../print.ts';
import { stage } from '../stage.ts';
import { showProgress, waitForEnd } from '../watch-cycle.ts';

/** Shown in full; the rest is counted. */
const shownPatches = 10;

/** Rehearses a patch cycle on this machine with the default workflow of its operating system (P-10). */
export async function rehearse(server: Api, machine: Endpoint, stop: AbortSignal): Promise<Cycle> {
  const { name } = await rehearsalPlan(server, machine, stop);
  const os = `${machine.osName} ${machine.osVersion}`;
  printLine();
  printLine(`Rehearsing a patch cycle on ${pc.bold(machine.name)} (${os}):`);
  const opened = await server.send('POST', `/plans/${part(name)}/rehearse`, {}, cycle);
  return showProgress(server, opened.id, stop);
}

/** The plan of earlier starts, ready to be activated, or a new one. */
async function rehearsalPlan(server: Api, machine: Endpoint, stop: AbortSignal): Promise<Plan> {
  const draft: PlanDraft = {
    name: `Rehearsal on ${machine.name}`,
    description: 'Made by npm start. Nothing is installed, nothing is rebooted.',
    assignments: [{ endpoints: `endpoint:${machine.name}`, os: machine.os }],
  };
  const known = await server.list('/plans', plan, { search: draft.name });
  const found = known.find(({ name }) => name === draft.name);
  if (found === undefined) return server.send('POST', '/plans', draft, plan);
  const { lastCycle } = found;
  const last = lastCycle === null ? null : await server.get(`/cycles/${lastCycle}`, cycle);
  if (lastCycle !== null && last?.finishedAt === null) {
    await stage('Ending the last rehearsal, which was cut short', async () => {
      await cancel(server, lastCycle);
      await waitForEnd(server, lastCycle, null, stop);
    });
  }
  return found;
}

async function cancel(server: Api, id: number): Promise<void> {
  await server.send('POST', `/cycles/${id}/cancel`, {}, cycle).catch((error: unknown) => {
    // It has just ended by itself.
    if (!(error instanceof Refusal) || error.code !== 'NOT_POSSIBLE_NOW') throw error;
  });
}

/** Says what the rehearsal has found: patches, security among them, whether a reboot is needed, the result. */
export async function printFindings(server: Api, { id }: Endpoint, rehearsal: Cycle): Promise<void> {
  const machine = await server.get(`/endpoints/${part(id)}`, endpoint);
  const applicable = await server.list(`/endpoints/${part(id)}/patches`, endpointPatch);
  const activities = await server.list('/activities', activitySummary, { cycle: rehearsal.id });
  const last = activities.find(({ phase }) => phase === 'patch');
  const patching = last && (await server.get(`/activities/${part(last.id)}`, activity));
  printLine();
  if (patching?.outcome === 'simulated') printPatches(applicable, patching);
  else printWhyNoPatches(machine, patching);
  if (machine.reboot !== null) {
    const { needed, reasons } = machine.reboot;
    printLine(`Reboot needed now: ${needed ? `yes (${reasons.join('; ')})` : 'no'}.`);
  }
  printLine(
    `Result: ${coloured(rehearsal.result ?? 'failed')}. Nothing was installed, nothing was rebooted.`,
  );
}

function printPatches(applicable: readonly ApplicablePatch[], { patches }: Activity): void {
  const wanted = patches.filter(({ outcome }) => outcome === 'wouldInstall');
  const security = wanted.filter(isSecurity);
  if (wanted.length === 0) {
    printLine(`Patches: ${pc.bold('none')} would be installed; ${applicable.length} known to be applicable.`);
    return;
  }
  printLine(
    `Patches: ${pc.bold(String(applicable.length))} applicable; ${pc.bold(String(wanted.length))} would be installed, ` +
      `${pc.bold(String(security.length))} of them for security:`,
  );
  const inOrder = [...security, ...wanted.filter((patch) => !isSecurity(patch))];
  const shown = inOrder.slice(0, shownPatches);
  const width = Math.max(...shown.map(({ package: name }) => name.length));
  for (const patch of shown) printLine(patchLine(patch, width));
  if (wanted.length > shownPatches) printLine(pc.dim(`  … and ${wanted.length - shownPatches} more`));
  const rebooting = new Set(
    applicable.filter(({ rebootHint }) => rebootHint).map(({ package: name }) => name),
  );
  const hinted = wanted.filter(({ package: name }) => rebooting.has(name)).map(({ package: name }) => name);
  if (hinted.length > 0) {
    const words = hinted.length > 3 ? `${hinted.slice(0, 3).join(', ')}, …` : hinted.join(', ');
    printLine(`${hinted.length} of them usually need a reboot afterwards (${words}).`);
  }
}

function isSecurity({ security }: PatchResult): boolean {
  return security;
}

function patchLine({ package: name, fromVersion, toVersion, security }: PatchResult, width: number): string {
  const mark = security ? pc.yellow(' security') : '';
  return `  ${name.padEnd(width)}  ${pc.dim(`${fromVersion ?? 'new'} →`)} ${toVersion}${mark}`;
}

function printWhyNoPatches({ readiness }: Endpoint, patching: Activity | undefined): void {
  const provider = readiness.find(({ name }) => name === 'provider');
  const why =
    provider?.state === 'failed' ? provider.message : (patching?.reason ?? 'the patch operation did not run');
  printLine(`${pc.yellow('Patches')}: ${why}.`);
  if (provider?.state === 'failed')
    printLine('The steps of the workflow that are safe in a rehearsal ran all the same.');
}
