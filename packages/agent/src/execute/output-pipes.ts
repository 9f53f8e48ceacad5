import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OutputStream } from '../spool.ts';
import type { WorkDirectory } from './work-directory.ts';

const run = promisify(execFile);
const streams: readonly OutputStream[] = ['stdout', 'stderr'];

/**
 * The pipes that a script prints into. They are real pipes: what Node makes for a child by itself are sockets, and
 * `echo text > /dev/stderr`, common in scripts, fails on a socket. They belong to the script's user for the same reason.
 */
export class OutputPipes {
  readonly #sockets: readonly Socket[];
  readonly #writeEnds: readonly number[];
  #take: ((stream: OutputStream, chunk: Buffer) => void) | null;
  #lastData = performance.now();
  #open: number;
  #changed: () => void = () => {};

  private constructor(
    ends: readonly { read: number; write: number }[],
    take: (stream: OutputStream, chunk: Buffer) => void,
  ) {
    this.#writeEnds = ends.map(({ write }) => write);
    this.#take = take;
    this.#open = ends.length;
    this.#sockets = ends.map(({ read }, index) => this.#reader(streams[index] ?? 'stdout', read));
  }

  static async create(
    directory: WorkDirectory,
    take: (stream: OutputStream, chunk: Buffer) => void,
  ): Promise<OutputPipes> {
    const paths = streams.map((stream) => join(directory.path, stream));
    await run('mkfifo', ['-m', '600', ...paths]);
    const ends: { read: number; write: number }[] = [];
    for (const path of paths) {
      await directory.giveToScript(path);
      // In this order neither opening waits for the other end.
      const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      ends.push({ read, write: openSync(path, constants.O_WRONLY) });
      await rm(path);
    }
    return new OutputPipes(ends, take);
  }

  /** The descriptors for the script's stdout and stderr. */
  get writeEnds(): readonly number[] {
    return this.#writeEnds;
  }

  /** To be called once the script has them: from then on the pipes end with the last process that holds them. */
  closeWriteEnds(): void {
    for (const fd of this.#writeEnds) closeSync(fd);
  }

  /**
   * Waits for what is still in the pipes after the script has ended: until they end, or, when a process that it has
   * left behind keeps them open, until they have been quiet for `quietMs`, at most `maxMs`.
   */
  async drained(quietMs: number, maxMs: number): Promise<void> {
    const started = performance.now();
    this.#lastData = started;
    while (this.#open > 0) {
      const now = performance.now();
      const left = Math.min(this.#lastData + quietMs, started + maxMs) - now;
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Reads on into the void: a service that the script has left behind must not be killed by its next line of output. */
  discard(): void {
    this.#take = null;
    for (const socket of this.#sockets) socket.unref();
  }

  #reader(stream: OutputStream, fd: number): Socket {
    const socket = new Socket({ fd, readable: true, writable: false });
    socket.on('data', (chunk: Buffer) => {
      this.#lastData = performance.now();
      this.#take?.(stream, chunk);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#open -= 1;
      if (this.#open === 0) this.#changed();
    });
    return socket;
  }
}
