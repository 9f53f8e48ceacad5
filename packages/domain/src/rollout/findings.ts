import { incomplete, type PlanFinding, refused, warning } from '../plan/finding.ts';
import { counted, duration } from '../run/wording.ts';
import type { Rollout, Wave } from './rollout.ts';

/** How many endpoints a group has at present; null: there is no such group. */
export type MembersOf = (group: string) => number | null;

const minute = 60_000;

/** What is to be said about a rollout (P-08). `endpoints`: how many the plan has at present. */
export function rolloutFindings(
  { waves, failureThreshold }: Rollout,
  endpoints: number,
  membersOf: MembersOf,
  deadlineMinutes: number | null,
): PlanFinding[] {
  const findings = waves.flatMap((wave, index) => [
    ...nameFindings(waves, index),
    ...sizeFindings(waves, index, membersOf),
    ...gateFindings(wave, endpoints, membersOf, `rollout.waves.${index}.gate`),
  ]);
  const soakMinutes = waves.reduce((sum, { gate }) => sum + (gate?.soakMinutes ?? 0), 0);
  if (deadlineMinutes !== null && soakMinutes >= deadlineMinutes) {
    const message = `the waves are watched for ${duration(soakMinutes * minute)} altogether, so that not all can open before the deadline`;
    findings.push(refused('deadlineMinutes', message));
  }
  if (failureThreshold?.kind === 'percent' && failureThreshold.percent >= 100) {
    findings.push(warning('rollout.failureThreshold.percent', 'never halts: no more than all runs can fail'));
  }
  return findings;
}

function nameFindings(waves: readonly Wave[], index: number): PlanFinding[] {
  const name = waves[index]?.name ?? '';
  const first = waves.findIndex((wave) => wave.name === name);
  return first === index
    ? []
    : [refused(`rollout.waves.${index}.name`, `wave ${first + 1} has the same name`)];
}

function sizeFindings(waves: readonly Wave[], index: number, membersOf: MembersOf): PlanFinding[] {
  const wave = waves[index];
  if (wave === undefined) return [];
  const path = `rollout.waves.${index}.size`;
  const { size } = wave;
  if (size.kind === 'group') {
    const { group } = size;
    const members = membersOf(group);
    if (members === null) return [refused(`${path}.group`, `there is no group "${group}"`)];
    const earlier = waves
      .slice(0, index)
      .findIndex((one) => one.size.kind === 'group' && one.size.group === group);
    if (earlier >= 0) return [refused(`${path}.group`, `wave ${earlier + 1} has the same group`)];
    return members === 0
      ? [warning(`${path}.group`, `the group "${group}" has no endpoints at present`)]
      : [];
  }
  const before = waves.slice(0, index).reduce((sum, one) => sum + percentOf(one), 0);
  return before >= 100
    ? [refused(path, `nothing is left for it: the waves before it have ${before} % of the endpoints`)]
    : [];
}

function percentOf({ size }: Wave): number {
  return size.kind === 'percent' ? size.percent : 0;
}

/** A gate whose sample its wave does not have can never pass; how large a count is, is known for good. */
function gateFindings(
  { gate, size }: Wave,
  endpoints: number,
  membersOf: MembersOf,
  path: string,
): PlanFinding[] {
  const minimum = gate?.minimumSample ?? null;
  if (minimum === null) return [];
  const say = (most: number, now: string) =>
    `the gate can never pass: it needs ${counted(minimum, 'run')}, and the wave has ${counted(most, 'endpoint')}${now}`;
  switch (size.kind) {
    case 'count':
      return minimum > size.count ? [refused(`${path}.minimumSample`, say(size.count, ''))] : [];
    case 'percent': {
      const most = Math.ceil((endpoints * size.percent) / 100);
      return endpoints > 0 && minimum > most
        ? [incomplete(`${path}.minimumSample`, say(most, ' at present'))]
        : [];
    }
    case 'group': {
      const most = membersOf(size.group);
      return most !== null && most > 0 && minimum > most
        ? [incomplete(`${path}.minimumSample`, say(most, ' at present'))]
        : [];
    }
  }
}
