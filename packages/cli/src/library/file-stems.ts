import { createHash } from 'node:crypto';

const longestSlug = 60;
/** What Windows cannot have as a file's name, whatever follows the dot. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The name of a file, without what follows the dot, for each of these different names (L-52). It depends on the names
 * alone: a name that would have the file of another one gets a part of its hash, and so does that other one.
 */
export function fileStems(names: readonly string[]): Map<string, string> {
  const stems = new Map(names.map((name) => [name, { name, level: slugOf(name) === '' ? 1 : 0 }]));
  for (;;) {
    const byStem = Map.groupBy(stems.values(), stemOf);
    const clashing = [...byStem.values()].filter((group) => group.length > 1).flat();
    if (clashing.length === 0) break;
    for (const one of clashing) one.level += 1;
  }
  return new Map([...stems].map(([name, one]) => [name, stemOf(one)]));
}

/** More of the hash each time; two names never have the same whole hash. */
const hashDigits = [0, 8, 64];

function stemOf({ name, level }: { readonly name: string; readonly level: number }): string {
  const digits = hashDigits[Math.min(level, hashDigits.length - 1)] ?? 0;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, digits);
  return [slugOf(name), hash].filter((part) => part !== '').join('-');
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replace(/^-+|-+$/g, '');
  return reserved.test(slug) ? '' : slug;
}
