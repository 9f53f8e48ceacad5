import type { WaveSize } from './rollout.ts';

/** An endpoint of a cycle as far as its wave depends on it. */
export interface WaveMember {
  readonly id: string;
  readonly name: string;
  /** Those groups of the rollout's waves that have it. */
  readonly groups: readonly string[];
}

/** Every endpoint's wave and place. */
export interface AssignedWaves {
  /** Names, and how many endpoints each has; a last wave for the rest is there only when it has any. */
  readonly waves: readonly { readonly name: string; readonly size: number }[];
  /** For each member, in the order in which they were given. */
  readonly places: readonly { readonly wave: number; readonly position: number }[];
}

/** What the wave of those endpoints is called that no other wave has; and the only wave of a plan without any. */
const restName = 'All others';
const onlyName = 'All endpoints';

/**
 * Puts each endpoint into exactly one wave (P-08). The result depends on the members and the seed alone, not on the
 * order in which they are given; `seed` is the cycle's, so that it is not always the same machines that go first.
 */
export function assignWaves(
  members: readonly WaveMember[],
  waves: readonly { readonly name: string; readonly size: WaveSize }[],
  order: 'byName' | 'drawn',
  seed: string,
): AssignedWaves {
  const sequence = sequenceOf(members, order, seed);
  const waveOf = new Int32Array(members.length).fill(-1);
  const byGroup = new Map<string, number>();
  for (const [wave, { size }] of waves.entries()) {
    if (size.kind === 'group' && !byGroup.has(size.group)) byGroup.set(size.group, wave);
  }
  const free: number[] = [];
  for (const index of sequence) {
    const named = (members[index]?.groups ?? []).map((group) => byGroup.get(group) ?? waves.length);
    const wave = Math.min(waves.length, ...named);
    if (wave < waves.length) waveOf[index] = wave;
    else free.push(index);
  }
  let next = 0;
  for (const [wave, { size }] of waves.entries()) {
    if (size.kind === 'group') continue;
    const wanted = size.kind === 'count' ? size.count : Math.ceil((members.length * size.percent) / 100);
    for (const end = next + wanted; next < end && next < free.length; next += 1) {
      waveOf[free[next] ?? 0] = wave;
    }
  }
  const rest = free.length - next;
  for (; next < free.length; next += 1) waveOf[free[next] ?? 0] = waves.length;
  const last = waves.length === 0 ? [onlyName] : rest > 0 ? [restName] : [];
  const names = [...waves.map(({ name }) => name), ...last];
  return {
    waves: names.map((name, wave) => ({ name, size: countOf(waveOf, wave) })),
    places: placesOf(sequence, waveOf),
  };
}

function countOf(waveOf: Int32Array, wave: number): number {
  return waveOf.reduce((sum, one) => (one === wave ? sum + 1 : sum), 0);
}

function placesOf(sequence: readonly number[], waveOf: Int32Array): AssignedWaves['places'] {
  const positions = new Int32Array(sequence.length);
  for (const [position, index] of sequence.entries()) positions[index] = position;
  return Array.from(positions, (position, index) => ({ wave: waveOf[index] ?? 0, position }));
}

/** Indexes of the members in the order of the cycle; ids decide between equals. */
function sequenceOf(members: readonly WaveMember[], order: 'byName' | 'drawn', seed: string): number[] {
  const drawn = order === 'drawn' ? members.map(({ id }) => drawnNumber(`${seed}/${id}`)) : [];
  const keyed = members.map(({ id, name }, index) => ({ id, name, index, key: drawn[index] ?? 0 }));
  keyed.sort((one, other) => {
    if (order === 'drawn' && one.key !== other.key) return one.key - other.key;
    if (order === 'byName' && one.name !== other.name) return one.name < other.name ? -1 : 1;
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
  });
  return keyed.map(({ index }) => index);
}

/** A number that looks drawn, the same for the same text: FNV-1a, then the final mix of MurmurHash3. */
function drawnNumber(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
