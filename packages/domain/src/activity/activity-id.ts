import type { StepKey } from '../run/definition.ts';

/** The parts that make an activity unique: it is one attempt at one step of one run. */
export interface ActivityKey {
  readonly run: number;
  readonly step: StepKey;
  readonly attempt: number;
}

/** The activity's public id, such as `1042.post-1.2`. The same attempt always has the same id, so delivery can repeat. */
export function activityId(key: ActivityKey): string {
  return `${key.run}.${key.step}.${key.attempt}`;
}

/** The reverse of {@link activityId}; null for a text that is not an activity id. */
export function parseActivityId(id: string): ActivityKey | null {
  const match = /^([1-9]\d{0,14})\.([a-z]+(?:-[1-9]\d{0,4})?)\.([1-9]\d{0,5})$/.exec(id);
  if (!match) return null;
  return { run: Number(match[1]), step: String(match[2]), attempt: Number(match[3]) };
}
