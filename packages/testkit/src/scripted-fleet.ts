import { randomUUID } from 'node:crypto';
import type { PatchSelection } from '@patchbay/contracts/activity-order';
import { rebootSettings } from '@patchbay/contracts/reboot';
import { type RebootSettingsOver, wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { Phase, StepDefinition } from '@patchbay/domain/run/definition';
import { type Transaction, withTransaction } from '@patchbay/server/db/pool';
import { insertSnapshot, type Snapshot } from '@patchbay/server/db/snapshots';
import type { Engine } from '@patchbay/server/engine/engine';
import type pg from 'pg';
import { newAgentKey, openPolicy, type ScriptedIdentity, scriptedInventory } from './scripted-identity.ts';

/** Adds endpoints with keys of their own, as if they had been enrolled. */
export async function addScriptedEndpoints(
  pool: pg.Pool,
  installationKey: string,
  count: number,
): Promise<ScriptedIdentity[]> {
  const added = Array.from({ length: count }, () => ({ endpoint: randomUUID(), ...newAgentKey() }));
  await pool.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, agent_version)
     select id, 'scripted-' || id, public_key, 'linux', $3, $4, '0.0.0'
     from unnest($1::uuid[], $2::text[]) as added (id, public_key)`,
    [
      added.map(({ endpoint }) => endpoint),
      added.map(({ publicKey }) => publicKey),
      scriptedInventory('scripted'),
      openPolicy,
    ],
  );
  return added.map(({ endpoint, privateKey }) => ({ endpoint, privateKey, installationKey }));
}

/** One step of a scripted snapshot; what is left out is a plain script that nothing follows. */
export type ScriptedStep = Pick<StepDefinition, 'key'> &
  Partial<StepDefinition> & {
    readonly content?: string;
    /** Of an Interactive Reboot, over the defaults. */
    readonly settings?: RebootSettingsOver;
  };

/** A snapshot of script steps (and the patch operation, for the key `patch`). */
export function scriptedSnapshot(steps: readonly ScriptedStep[], limits = longLimits): Snapshot {
  return {
    definition: {
      mode: 'real',
      steps: steps.map(({ content: _content, settings: _settings, ...step }) => ({
        phase: phaseOf(step.key),
        kind: step.key === 'patch' ? 'patch' : 'script',
        name: step.key,
        successExitCodes: [0],
        timeoutMs: 600_000,
        retries: { count: 0, delayMs: 0 },
        onFailure: 'stop',
        condition: null,
        safeToRepeat: false,
        safeInRehearsal: false,
        ...step,
      })),
      control: {
        afterPreFailure: { value: 'never', from: 'system' },
        afterPatchFailure: { value: 'never', from: 'system' },
        afterPostFailure: { value: 'stop', from: 'system' },
      },
      limits,
    },
    works: Object.fromEntries(steps.map((step) => [step.key, workOf(step)])),
    workflow: null,
    workflowName: null,
    os: 'linux',
  };
}

/** Opens a cycle with one run for each endpoint; returns the runs' ids in their order. */
export async function openScriptedRuns(
  pool: pg.Pool,
  engine: Pick<Engine, 'openRuns' | 'wake'>,
  snapshot: Snapshot,
  endpoints: readonly string[],
): Promise<number[]> {
  const runs = await withTransaction(pool, async (tx: Transaction) => {
    const id = await insertSnapshot(tx, snapshot);
    const { rows } = await tx.query<{ id: number }>(
      `insert into cycles (kind, task_name, mode, opened_by) values ('task', 'Scripted', $1, 'test') returning id`,
      [snapshot.definition.mode],
    );
    const cycle = rows[0]?.id ?? null;
    return engine.openRuns(
      tx,
      endpoints.map((endpoint) => ({ cycle, snapshot: id, endpoint, openedBy: 'test' })),
    );
  });
  engine.wake();
  return runs;
}

const longLimits = { returnMs: 1_800_000, lostMs: 600_000, overdueMs: 300_000, cancelMs: 60_000 };
const phases: Readonly<Record<string, Phase>> = {
  pre: 'prePatching',
  patch: 'patch',
  post: 'postPatching',
  check: 'afterReboot',
  task: 'task',
};

function phaseOf(key: string): Phase {
  return phases[key.split('-')[0] ?? ''] ?? 'task';
}

function workOf({ key, kind, content = 'exit 0', settings = {} }: ScriptedStep): Snapshot['works'][string] {
  const common = { timeoutMs: 600_000, outputLimitBytes: 1024 * 1024 };
  const names = { taskName: key, task: null, scriptName: null, scriptRevision: null };
  if (key === 'patch') {
    const selection: PatchSelection = { which: 'all', ids: [], exclude: [] };
    return { ...names, work: { kind: 'patch', simulate: false, selection, lockWaitMs: 0, ...common } };
  }
  if (kind === 'interactiveReboot') {
    const whole = rebootSettings.parse(wholeRebootSettings(settings));
    return { ...names, work: { kind: 'interactiveReboot', settings: whole, ...common } };
  }
  return {
    ...names,
    work: {
      kind: 'script',
      reboots: false,
      interpreter: 'sh',
      content,
      environment: {},
      secretNames: [],
      runAs: null,
      ...common,
    },
  };
}
