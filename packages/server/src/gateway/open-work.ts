import type { ScriptWork } from '@patchbay/contracts/activity-order';
import { orderedSelection, type PatchesToInstall } from '@patchbay/domain/patch/ordered-selection';
import type { PatchFilter, PatchSelection } from '@patchbay/domain/patch/selection';
import type pg from 'pg';
import { selectablePatches } from '../db/endpoint-patches.ts';
import { findStepWork, type StoredStepWork } from '../db/step-works.ts';
import type { ActivityToSend } from '../engine/engine.ts';
import { type OpenedWork, UnusableWork } from './order-sender.ts';

/** Works that stay in memory: the last used, and none that is larger than most scripts. */
const kept = { works: 500, characters: 256 * 1024 };

/**
 * Loads what activities do, and opens the secrets anew for each order. What it returns throws UnusableWork for what
 * will not become better.
 *
 * @param openSecret gives the value of a sealed secret, and throws when the key does not fit.
 */
export function createOpenWork(
  pool: pg.Pool,
  openSecret: (sealed: string) => string,
  now: () => number,
): (toSend: ActivityToSend) => Promise<OpenedWork> {
  // In the order of their last use.
  const works = new Map<string, Promise<StoredStepWork | null>>();

  const load = async (name: string, { snapshot, step }: ActivityToSend): Promise<StoredStepWork | null> => {
    let keep = false;
    try {
      const found = await findStepWork(pool, snapshot, step);
      keep = found !== null && found.size <= kept.characters;
      return found;
    } finally {
      if (!keep) works.delete(name);
    }
  };
  const find = (toSend: ActivityToSend): Promise<StoredStepWork | null> => {
    const name = `${toSend.snapshot} ${toSend.step}`;
    const found = works.get(name) ?? load(name, toSend);
    works.delete(name);
    works.set(name, found);
    for (const oldest of works.keys()) {
      if (works.size <= kept.works) break;
      works.delete(oldest);
    }
    return found;
  };

  /** Exactly the patches that the endpoint was last seen to need and that the plan means (P-02). */
  const resolved = async (
    patches: PatchSelection<PatchFilter>,
    endpoint: string,
  ): Promise<PatchesToInstall> => orderedSelection(patches, await selectablePatches(pool, endpoint), now());

  const opened = async (
    work: StoredStepWork['work'],
    patches: StoredStepWork['patches'],
    endpoint: string,
  ): Promise<OpenedWork['work']> => {
    if (work.kind === 'script') return { ...work, environment: withSecrets(work, openSecret) };
    if (work.kind !== 'patch' || patches === null) return work;
    return { ...work, selection: await resolved(patches, endpoint) };
  };

  return async (toSend) => {
    const found = await find(toSend);
    if (found === null) throw new UnusableWork(`its run has no step "${toSend.step}"`);
    const { mode, work, patches } = found;
    if (mode === 'rehearsal' && work.kind === 'interactiveReboot') {
      throw new UnusableWork('a rehearsal asks no user and reboots nothing');
    }
    return { rehearsal: mode === 'rehearsal', work: await opened(work, patches, toSend.endpoint) };
  };
}

function withSecrets(work: ScriptWork, openSecret: (sealed: string) => string): ScriptWork['environment'] {
  if (work.secretNames.length === 0) return work.environment;
  const environment = { ...work.environment };
  for (const name of work.secretNames) {
    const sealed = environment[name];
    if (sealed === undefined) continue;
    try {
      environment[name] = openSecret(sealed);
    } catch (cause) {
      throw new UnusableWork(`the secret ${name} cannot be opened with this server's key`, { cause });
    }
  }
  return environment;
}
