import { activity, activitySummary } from '@patchbay/contracts/activity';
import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { type Endpoint, endpoint, endpointPatch } from '@patchbay/contracts/endpoint';
import type { PatchResult } from '@patchbay/contracts/inventory';
import { type PlanDraft, plan } from '@patchbay/contracts/plan';
import pc from 'picocolors';
import { type Api, part } from '../api.ts';
import { printLine } from '../print.ts';
import { showProgress } from '../watch-cycle.ts';

/** Shown in full; the rest is counted. */
const shownPatches = 10;

/** Rehearses a patch cycle on this machine with the default workflow of its operating system (P-10). */
export async function rehearse(server: Api, machine: Endpoint): Promise<Cycle> {
  const name = `Rehearsal on ${machine.name}`;
  const draft: PlanDraft = {
    name,
    description: 'Made by npm start. Nothing is installed, nothing is rebooted.',
    endpoints: `endpoint:${machine.name}`,
  };
  const known = await server.list('/plans', plan, { search: name });
  if (!known.some((item) => item.name === name)) await server.send('POST', '/plans', draft, plan);
  const opened = await server.send('POST', `/plans/${part(name)}/activate`, { mode: 'rehearsal' }, cycle);
  return showProgress(server, opened.id);
}

/** Says what the rehearsal has found: patches, security among them, whether a reboot is needed. */
export async function printFindings(server: Api, machine: Endpoint, rehearsal: Cycle): Promise<void> {
  const activities = await server.list('/activities', activitySummary, { cycle: rehearsal.id });
  const patching = activities.find((item) => item.phase === 'patch');
  if (patching === undefined) {
    const { readiness } = await server.get(`/endpoints/${part(machine.id)}`, endpoint);
    const provider = readiness.find((check) => check.name === 'provider');
    printLine(provider?.state === 'ok' ? 'The patch operation did not run.' : (provider?.message ?? ''));
    return;
  }
  const { patches } = await server.get(`/activities/${part(patching.id)}`, activity);
  const wanted = patches.filter((patch) => patch.outcome === 'wouldInstall');
  const security = wanted.filter((patch) => patch.security).length;
  const found = await server.list(`/endpoints/${part(machine.id)}/patches`, endpointPatch);
  const now = await server.get(`/endpoints/${part(machine.id)}`, endpoint);
  printLine(
    `${pc.bold(String(found.length))} applicable patches are known; ${pc.bold(String(wanted.length))} would be installed, ` +
      `${pc.bold(String(security))} of them for security. Nothing was installed.`,
  );
  for (const patch of wanted.slice(0, shownPatches)) printLine(patchLine(patch));
  if (wanted.length > shownPatches) printLine(pc.dim(`  … and ${wanted.length - shownPatches} more`));
  if (now.reboot !== null) {
    const { needed, reasons } = now.reboot;
    printLine(`Reboot needed now: ${needed ? `yes (${reasons.join('; ')})` : 'no'}.`);
  }
}

function patchLine({ package: name, fromVersion, toVersion, security }: PatchResult): string {
  const mark = security ? pc.yellow(' security') : '';
  return `  ${name} ${pc.dim(`${fromVersion ?? 'new'} →`)} ${toVersion}${mark}`;
}
