import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export type OutputStream = 'stdout' | 'stderr';
export const outputStreams: readonly OutputStream[] = ['stdout', 'stderr'];

/** Room in the limit for the line that marks the cut. */
const markBytes = 128;

/** A part of what is kept: bytes of a file, or the line that marks the cut. */
type Piece = { readonly length: number } & (
  | { readonly path: string; readonly from: number }
  | { readonly text: Buffer }
);

/**
 * One stream of an activity's output on the disk (O-03). Up to the limit it is kept whole; beyond it the first half
 * and the last half are kept. The head is one file, what follows goes into segments of which the last two stay, so
 * that after a crash the files alone tell what there is.
 */
class StreamSpool {
  readonly #folder: string;
  readonly #stream: OutputStream;
  readonly #headBytes: number;
  readonly #segmentBytes: number;
  /** Number and size of the file that is being written: 0 is the head. */
  #number = 0;
  #size = 0;
  #fd: number | null = null;
  /** Bytes that the disk would not take, and everything after them. */
  #dropped = 0;

  constructor(folder: string, stream: OutputStream, limitBytes: number) {
    this.#folder = folder;
    this.#stream = stream;
    this.#headBytes = Math.floor(limitBytes / 2);
    this.#segmentBytes = limitBytes - this.#headBytes - markBytes;
  }

  append(chunk: Buffer): void {
    let at = 0;
    try {
      while (at < chunk.length && this.#dropped === 0) at += this.#write(chunk.subarray(at));
    } catch {
      // A full disk must not stop the script, whose output has to be drained all the same.
    }
    this.#dropped += chunk.length - at;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  get dropped(): number {
    return this.#dropped;
  }

  #write(bytes: Buffer): number {
    const room = (this.#number === 0 ? this.#headBytes : this.#segmentBytes) - this.#size;
    if (room === 0) {
      this.close();
      this.#number += 1;
      this.#size = 0;
      if (this.#number > 2) rmSync(this.#path(this.#number - 2), { force: true });
      return 0;
    }
    this.#fd ??= openSync(this.#path(this.#number), 'a', 0o600);
    const written = writeSync(this.#fd, bytes.subarray(0, room));
    this.#size += written;
    return written;
  }

  #path(number: number): string {
    return join(this.#folder, `${this.#stream}.${number}`);
  }
}

/** Takes in the output of one activity. */
export class SpoolWriter {
  readonly #streams: Record<OutputStream, StreamSpool>;
  readonly folder: string;

  /** `limitBytes`: what is kept of each stream. */
  constructor(root: string, activity: string, limitBytes: number) {
    this.folder = join(root, activity);
    try {
      mkdirSync(this.folder, { mode: 0o700 });
    } catch {
      // Without a folder every write fails, and the output counts as cut.
    }
    this.#streams = {
      stdout: new StreamSpool(this.folder, 'stdout', limitBytes),
      stderr: new StreamSpool(this.folder, 'stderr', limitBytes),
    };
  }

  append(stream: OutputStream, chunk: Buffer): void {
    this.#streams[stream].append(chunk);
  }

  /** Bytes that are not kept, per stream. */
  close(): Record<OutputStream, number> {
    const cut = { stdout: 0, stderr: 0 };
    for (const stream of outputStreams) {
      this.#streams[stream].close();
      cut[stream] = this.#streams[stream].dropped + cutOf(segmentsOf(this.folder, stream));
    }
    return cut;
  }
}

/** Bytes that are missing in a spool that an earlier agent left, per stream. */
export function cutBytesOf(root: string, activity: string): Record<OutputStream, number> {
  const cut = (stream: OutputStream): number => cutOf(segmentsOf(join(root, activity), stream));
  return { stdout: cut('stdout'), stderr: cut('stderr') };
}

/** Bytes that are to be sent in all of a spool that is complete, per stream. */
export function outputBytesOf(root: string, activity: string): Record<OutputStream, number> {
  const length = (stream: OutputStream): number => new SpoolReader(join(root, activity), stream, true).length;
  return { stdout: length('stdout'), stderr: length('stderr') };
}

/** The bytes of one stream that are to be sent, in their order and without gaps. */
export class SpoolReader {
  readonly #pieces: readonly Piece[];
  readonly length: number;

  /** `isComplete`: nothing more is written; until then only the head is certain to stay. */
  constructor(folder: string, stream: OutputStream, isComplete: boolean) {
    this.#pieces = piecesOf(folder, stream, isComplete);
    this.length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** At most `max` bytes from `offset` on; empty at the end. */
  read(offset: number, max: number): Buffer {
    let skip = offset;
    for (const piece of this.#pieces) {
      if (skip < piece.length) return readPiece(piece, skip, Math.min(max, piece.length - skip));
      skip -= piece.length;
    }
    return Buffer.alloc(0);
  }
}

interface Segment {
  readonly number: number;
  readonly path: string;
  readonly size: number;
}

/** The files of a stream in their order: the head, then the last one or two segments. */
function segmentsOf(folder: string, stream: OutputStream): Segment[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${stream}.`))
    .map((name) => {
      const path = join(folder, name);
      return { number: Number(name.slice(stream.length + 1)), path, size: statSync(path).size };
    })
    .toSorted((a, b) => a.number - b.number);
}

/** How many bytes are missing between head and tail: the tail is as long as a full segment. */
function cutOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  const full = segments.at(-2);
  if (!last || !full || last.number < 2) return 0;
  return (last.number - 2) * full.size + last.size;
}

function piecesOf(folder: string, stream: OutputStream, isComplete: boolean): Piece[] {
  const segments = segmentsOf(folder, stream);
  const whole = segments.map(({ path, size }) => ({ path, from: 0, length: size }));
  const cut = cutOf(segments);
  const [head, ...tail] = whole;
  if (!head) return [];
  if (!isComplete) return [head];
  if (cut === 0) return whole;
  const text = Buffer.from(`\n[… ${cut} bytes of output were cut here …]\n`);
  const [older, newest] = tail;
  if (!older || !newest) return whole;
  const keptOfOlder = { path: older.path, from: newest.length, length: older.length - newest.length };
  return [head, { text, length: text.length }, keptOfOlder, newest];
}

function readPiece(piece: Piece, from: number, length: number): Buffer {
  if ('text' in piece) return piece.text.subarray(from, from + length);
  const buffer = Buffer.alloc(length);
  const fd = openSync(piece.path, 'r');
  try {
    return buffer.subarray(0, readSync(fd, buffer, 0, length, piece.from + from));
  } finally {
    closeSync(fd);
  }
}
