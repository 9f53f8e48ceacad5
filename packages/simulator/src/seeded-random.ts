/** A generator of numbers from 0 to 1 that gives the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What chance decides, from a seed. Each topic has numbers of its own, so that what is drawn for one thing does not
 * depend on when something else happens.
 */
export class Draws {
  readonly #seed: string;
  readonly #topics = new Map<number, () => number>();

  constructor(...seed: readonly (string | number)[]) {
    this.#seed = seed.join('\n');
  }

  /** The topic's next number from 0 to 1. */
  next(topic: string): number {
    const hash = hashOf(`${this.#seed}\n${topic}`);
    const random = this.#topics.get(hash) ?? seededRandom(hash);
    this.#topics.set(hash, random);
    return random();
  }

  /** Whether something happens that happens in this share of all cases. */
  happens(share: number, topic: string): boolean {
    return this.next(topic) < share;
  }

  /** A number between two others. */
  between(least: number, most: number, topic: string): number {
    return least + this.next(topic) * (most - least);
  }

  /** One of several. */
  oneOf<Item>(items: readonly [Item, ...Item[]], topic: string): Item {
    return items[Math.floor(this.next(topic) * items.length)] ?? items[0];
  }
}

/** FNV-1a over the UTF-16 units of a text. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
