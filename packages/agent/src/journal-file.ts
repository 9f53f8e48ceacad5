import { constants, type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openReplacement, syncFolder } from './state-file.ts';

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * A file of lines that only grows, each on the disk before its writer is answered. Lines that come together share
 * one write and one sync. A write that fails leaves nothing behind: the torn bytes are cut off before the next one.
 */
export class JournalFile {
  readonly #path: string;
  #file: FileHandle;
  /** Everything before this offset is whole lines that are on the disk. */
  #size: number;
  #torn = false;
  #waiting: Waiting[] = [];
  #work: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens or creates the file; `lines` are the whole lines in it, and a torn last one is cut off. */
  static async open(path: string): Promise<{ file: JournalFile; lines: string[] }> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const content = await handle.readFile();
    const size = content.lastIndexOf('\n') + 1;
    if (size < content.length) await handle.truncate(size);
    await syncFolder(dirname(path));
    const lines = content.toString('utf8', 0, size).split('\n').slice(0, -1);
    return { file: new JournalFile(path, handle, size), lines };
  }

  /** Resolves when the line is on the disk; rejects when it could not be written, and then it is not in the file. */
  append(line: string): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ line, done, failed });
      if (this.#waiting.length === 1) this.#work = this.#work.then(() => this.#writeWaiting());
    });
  }

  /** Puts `lines()` in the place of everything; asked for when it is this file's turn. The old content stays if it fails. */
  replace(lines: () => readonly string[]): Promise<void> {
    const replaced = this.#work.then(async () => {
      const content = lines()
        .map((line) => `${line}\n`)
        .join('');
      const file = await openReplacement(this.#path, content);
      await this.#file.close();
      this.#file = file;
      this.#size = Buffer.byteLength(content);
      this.#torn = false;
    });
    this.#work = replaced.catch(() => {});
    return replaced;
  }

  async close(): Promise<void> {
    await this.#work;
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#torn) await this.#cutOff();
      await this.#write(Buffer.from(batch.map(({ line }) => `${line}\n`).join('')));
      for (const { done } of batch) done();
    } catch (error) {
      this.#torn = true;
      await this.#cutOff().catch(() => {});
      for (const { failed } of batch) failed(error);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const part = bytes.subarray(written);
      written += (await this.#file.write(part, 0, part.length, this.#size + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#size += bytes.length;
  }

  async #cutOff(): Promise<void> {
    await this.#file.truncate(this.#size);
    this.#torn = false;
  }
}
