const stars = Buffer.from('***');
/** Lines of a secret that has several are masked one by one as well, unless they are too short to be telling. */
const minLineLength = 8;

/**
 * Replaces secret values in a stream of bytes by `***` (L-03), wherever the stream is cut into chunks. Bytes that may
 * be the beginning of a secret are held back until it is clear.
 */
export class Masker {
  /** Longest first: of two secrets that begin alike the longer one is replaced. */
  readonly #patterns: readonly Buffer[];
  readonly #begins = new Uint8Array(256);
  #held: Buffer = Buffer.alloc(0);

  constructor(secrets: readonly string[]) {
    const wanted = new Set(secrets.flatMap(spellings).filter((secret) => secret !== ''));
    this.#patterns = [...wanted].map((secret) => Buffer.from(secret)).toSorted((a, b) => b.length - a.length);
    for (const [first = 0] of this.#patterns) this.#begins[first] = 1;
  }

  /** The masked bytes that are certain so far. */
  push(chunk: Buffer): Buffer {
    if (this.#patterns.length === 0) return chunk;
    return this.#mask(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]), false);
  }

  /** What was held back, once nothing more comes. */
  end(): Buffer {
    return this.#mask(this.#held, true);
  }

  #mask(bytes: Buffer, isEnd: boolean): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    let at = 0;
    while (at < bytes.length) {
      if (this.#begins[bytes[at] ?? 0] === 0) {
        at += 1;
        continue;
      }
      const found = this.#matchAt(bytes, at, isEnd);
      if (found === 'undecided') break;
      if (found === null) {
        at += 1;
        continue;
      }
      parts.push(bytes.subarray(from, at), stars);
      at += found.length;
      from = at;
    }
    parts.push(bytes.subarray(from, at));
    // A copy: the chunk that these bytes are part of is somebody else's to use again.
    this.#held = Buffer.from(bytes.subarray(at));
    return Buffer.concat(parts);
  }

  #matchAt(bytes: Buffer, at: number, isEnd: boolean): Buffer | 'undecided' | null {
    const left = bytes.length - at;
    for (const pattern of this.#patterns) {
      const length = Math.min(pattern.length, left);
      if (bytes.compare(pattern, 0, length, at, at + length) !== 0) continue;
      if (length === pattern.length) return pattern;
      if (!isEnd) return 'undecided';
    }
    return null;
  }
}

/** Masks a whole text. */
export function maskText(secrets: readonly string[], value: string): string {
  const masker = new Masker(secrets);
  return Buffer.concat([masker.push(Buffer.from(value)), masker.end()]).toString();
}

/** A value as scripts print it: whole, without its last line break, and line by line. */
function spellings(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= minLineLength);
  return [secret, secret.replace(/[\r\n]+$/, ''), ...lines];
}
