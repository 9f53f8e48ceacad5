import type { Activity } from '@patchbay/contracts/activity';
import type { StoredActivity } from '../db/views/activities.ts';

/** What stands in place of a secret (L-03). */
const mask = '••••••';

/** An activity as answers show it, with its secrets masked (O-02). */
export function showActivity(
  { key, definition, work: stepWork, reported, cut, ...summary }: StoredActivity,
  lengths: { readonly stdout: number; readonly stderr: number },
): Activity {
  const { work, scriptName, scriptRevision } = stepWork;
  const step = definition.steps.find((one) => one.key === key.step);
  return {
    ...summary,
    reason: reported !== null && 'reason' in reported ? reported.reason : null,
    script: scriptName === null ? null : { name: scriptName, revision: scriptRevision },
    parameters: work.kind === 'script' ? masked(work.environment, work.secretNames) : {},
    runAs: work.kind === 'script' ? work.runAs : null,
    successExitCodes: [...(step?.successExitCodes ?? [])],
    timeoutMinutes: work.timeoutMs / 60_000,
    facts: reported !== null && 'facts' in reported ? reported.facts : {},
    patches: reported !== null && 'patches' in reported ? reported.patches : [],
    output: {
      stdoutBytes: lengths.stdout,
      stderrBytes: lengths.stderr,
      stdoutCutBytes: cut.stdout,
      stderrCutBytes: cut.stderr,
    },
  };
}

function masked(
  environment: Readonly<Record<string, string>>,
  secretNames: readonly string[],
): Record<string, string> {
  const shown = Object.entries(environment).map(([name, value]) => [
    name,
    secretNames.includes(name) ? mask : value,
  ]);
  return Object.fromEntries(shown);
}
