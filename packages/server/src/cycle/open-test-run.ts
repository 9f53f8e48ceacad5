import { PatchbayError } from '@patchbay/contracts/errors';
import type { ScriptTestRunInput } from '@patchbay/contracts/script-test-run';
import { environmentName } from '@patchbay/domain/script/parameter';
import { scriptProblems } from '@patchbay/domain/script/problems';
import { environmentOf } from '@patchbay/domain/task/environment';
import { parameterProblems } from '@patchbay/domain/task/problems';
import { buildTaskRun, type TaskToRun } from '@patchbay/domain/workflow/build-run';
import { insertCycle } from '../db/cycles.ts';
import type { Transaction } from '../db/pool.ts';
import type { Sealer } from '../db/secrets.ts';
import { readSettings } from '../db/settings.ts';
import { insertSnapshot } from '../db/snapshots.ts';
import type { Saved } from '../db/stored-thing.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import type { Engine } from '../engine/engine.ts';
import { requireValid } from '../library/refused.ts';
import { requestedValues, sealedValues } from '../library/task-values.ts';

const longestName = 120;

/**
 * The test-run of a script from its editor: opens a cycle of its own with one run of one step on one endpoint.
 * Nothing of it is kept in the library. `engine.wake` after the commit.
 */
export async function openTestRun(
  tx: Transaction,
  { engine, sealer }: { readonly engine: Pick<Engine, 'openRuns'>; readonly sealer: Sealer },
  input: ScriptTestRunInput,
  opened: Saved,
): Promise<{ readonly cycle: number; readonly endpoint: { readonly id: string; readonly name: string } }> {
  const endpoint = await findEndpoint(tx, input.endpoint);
  if (endpoint === null) {
    const message = 'is no endpoint';
    throw new PatchbayError('NOT_FOUND', `There is no endpoint "${input.endpoint}".`, [
      { path: 'endpoint', message },
    ]);
  }
  if (endpoint.status === 'revoked') {
    throw new PatchbayError('NOT_POSSIBLE_NOW', `The endpoint "${endpoint.name}" has been revoked.`);
  }
  const { interpreter, content, parameters } = input;
  const given = requestedValues(input.values);
  const script = { name: input.name, os: [endpoint.os], interpreter, content, parameters };
  requireValid('script', [
    ...scriptProblems(script),
    ...parameterProblems(given, script, new Set()).map(({ path, message }) => ({
      path: path.replace(/^parameters/, 'values'),
      message,
    })),
  ]);

  const values = sealedValues(parameters, given, {}, sealer);
  const secrets = Object.entries(values.secrets).map(
    ([secret, sealed]) => [environmentName(secret), sealed] as const,
  );
  const task: TaskToRun = {
    id: null,
    name: shortened(`Test-run of ${input.name}`),
    script: { name: input.name, revision: null, interpreter, content },
    environment: { ...environmentOf(parameters, values.parameters), ...Object.fromEntries(secrets) },
    secretNames: secrets.map(([variable]) => variable),
    successExitCodes: [0],
    timeoutMinutes: input.timeoutMinutes,
    retries: { count: 0, delaySeconds: 0 },
    runAs: null,
    reboots: false,
    interactiveReboot: null,
    safeToRepeat: false,
    safeInRehearsal: false,
    healthCheck: false,
  };
  const origin = { kind: 'task', id: null, name: task.name } as const;
  const cycle = await insertCycle(tx, { origin, mode: 'real', openedBy: opened.by }, opened.at.getTime());
  const built = buildTaskRun(task, await readSettings(tx));
  const snapshot = await insertSnapshot(tx, {
    ...built,
    workflow: null,
    workflowName: null,
    os: endpoint.os,
  });
  await engine.openRuns(tx, [{ cycle, snapshot, endpoint: endpoint.id, openedBy: opened.by }]);
  return { cycle, endpoint };
}

function shortened(name: string): string {
  return Array.from(name).slice(0, longestName).join('').trimEnd();
}
