import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputSender } from '../src/output.ts';
import { cutBytesOf, SpoolReader, SpoolWriter } from '../src/spool.ts';
import { temporaryFolder } from './temporary-folder.ts';

const activity = '7.pre-1.1';
const limit = 1024;

/** Bytes that tell where they stand. */
function numbered(length: number): Buffer {
  return Buffer.from(
    Array.from({ length: Math.ceil(length / 6) }, (_, index) =>
      `${index}`.padStart(5, '0').concat('\n'),
    ).join(''),
  ).subarray(0, length);
}

function readAll(reader: SpoolReader, step: number): Buffer {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < reader.length; offset += parts.at(-1)?.length ?? 1) {
    parts.push(reader.read(offset, step));
  }
  return Buffer.concat(parts);
}

describe('the output of an activity on the disk', () => {
  it('O-03 given any output in any chunks, then it is kept whole up to the limit, and beyond it head and tail are, with the cut marked', () => {
    const root = temporaryFolder();
    let run = 0;
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(limit), fc.nat(limit * 6)),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 400 }),
        (length, chunk, step) => {
          const written = numbered(length);
          const writer = new SpoolWriter(root, `${(run += 1)}.pre-1.1`, limit);
          for (let at = 0; at < length; at += chunk)
            writer.append('stdout', written.subarray(at, at + chunk));
          const cut = writer.close();
          const kept = readAll(new SpoolReader(writer.folder, 'stdout', true), step);
          expect(cutBytesOf(root, `${run}.pre-1.1`)).toEqual(cut);
          expect(cut.stderr).toBe(0);
          expect(kept.length).toBeLessThanOrEqual(limit);
          const half = limit / 2;
          const tailFrom = half + cut.stdout;
          const mark = Buffer.from(`\n[… ${cut.stdout} bytes of output were cut here …]\n`);
          const marked = Buffer.concat([written.subarray(0, half), mark, written.subarray(tailFrom)]);
          expect(kept.toString()).toBe((cut.stdout === 0 ? written : marked).toString());
          expect(cut.stdout === 0 || length - tailFrom > limit / 4).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('O-03 never takes much more of the disk than the limit', () => {
    const writer = new SpoolWriter(temporaryFolder(), activity, limit);
    for (let round = 0; round < 200; round += 1) {
      writer.append('stderr', numbered(300));
      const size = readdirSync(writer.folder).reduce(
        (sum, name) => sum + statSync(join(writer.folder, name)).size,
        0,
      );
      expect(size).toBeLessThanOrEqual(2 * limit);
    }
    writer.close();
  });

  it('O-03 counts what the disk would not take', () => {
    const writer = new SpoolWriter('/proc/no-such-place', activity, limit);
    writer.append('stdout', Buffer.from('lost'));
    expect(writer.close()).toEqual({ stdout: 4, stderr: 0 });
  });
});

type Output = Extract<AgentMessage, { type: 'output' }>;

/** A server that stores contiguous output and confirms it when told to. */
class Receiver {
  connected = true;
  readonly sent: Output[] = [];
  readonly stored = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  readonly send = (message: AgentMessage): boolean => {
    if (!this.connected || message.type !== 'output') return false;
    this.sent.push(message);
    return true;
  };

  get underWay(): number {
    return this.sent.reduce((sum, { data }) => sum + Buffer.from(data, 'base64').length, 0);
  }

  confirmNext(sender: OutputSender): boolean {
    const message = this.sent.shift();
    if (!message) return false;
    const { stream, offset, data } = message;
    const known = this.stored[stream];
    const fresh =
      offset <= known.length ? Buffer.from(data, 'base64').subarray(known.length - offset) : Buffer.alloc(0);
    this.stored[stream] = Buffer.concat([known, fresh]);
    sender.stored(message.activity, stream, this.stored[stream].length);
    return true;
  }
}

function spooled(root: string, stdout: Buffer, stderr: Buffer): void {
  const writer = new SpoolWriter(root, activity, limits.outputBytes);
  writer.append('stdout', stdout);
  writer.append('stderr', stderr);
  writer.close();
}

describe('sending output', () => {
  it('O-03 goes in chunks within the window, in order, and the spool is deleted when all is stored', () => {
    const root = temporaryFolder();
    spooled(root, numbered(900_000), numbered(200_000));
    const receiver = new Receiver();
    const sender = new OutputSender(root, receiver.send);
    sender.restore();
    do {
      expect(receiver.underWay).toBeLessThanOrEqual(limits.outputWindowBytes);
      for (const { data } of receiver.sent) {
        expect(Buffer.from(data, 'base64').length).toBeLessThanOrEqual(limits.outputChunkBytes);
      }
    } while (receiver.confirmNext(sender));
    expect(receiver.stored.stdout.equals(numbered(900_000))).toBe(true);
    expect(receiver.stored.stderr.equals(numbered(200_000))).toBe(true);
    expect(existsSync(join(root, activity))).toBe(false);
  });

  it('E-09 given connections that break at any time, then everything arrives once and in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 12 }), (breaks) => {
        const root = temporaryFolder();
        spooled(root, numbered(400_000), numbered(90_000));
        const receiver = new Receiver();
        let sender = new OutputSender(root, receiver.send);
        sender.restore();
        for (const [confirmed, isRestarted] of breaks) {
          for (let count = 0; count < confirmed; count += 1) receiver.confirmNext(sender);
          receiver.sent.length = 0;
          if (isRestarted) {
            sender = new OutputSender(root, receiver.send);
            sender.restore();
          } else {
            sender.reconnected();
          }
        }
        while (receiver.confirmNext(sender));
        expect(receiver.stored.stdout.equals(numbered(400_000))).toBe(true);
        expect(receiver.stored.stderr.equals(numbered(90_000))).toBe(true);
        expect(existsSync(join(root, activity))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it('E-09 waits without a connection and goes on when there is one', () => {
    const root = temporaryFolder();
    spooled(root, Buffer.from('text'), Buffer.alloc(0));
    const receiver = new Receiver();
    receiver.connected = false;
    const sender = new OutputSender(root, receiver.send);
    sender.restore();
    expect(receiver.sent).toEqual([]);
    receiver.connected = true;
    sender.reconnected();
    expect(receiver.sent).toHaveLength(1);
  });

  it('goes back when the server has lost what it had stored', () => {
    const root = temporaryFolder();
    spooled(root, numbered(100_000), Buffer.alloc(0));
    const receiver = new Receiver();
    const sender = new OutputSender(root, receiver.send);
    sender.restore();
    receiver.confirmNext(sender);
    receiver.stored.stdout = Buffer.alloc(0);
    while (receiver.confirmNext(sender));
    expect(receiver.stored.stdout.equals(numbered(100_000))).toBe(true);
  });

  it('stops sending what the server wants nothing to do with', () => {
    const root = temporaryFolder();
    spooled(root, numbered(2_000_000), Buffer.alloc(0));
    const receiver = new Receiver();
    const sender = new OutputSender(root, receiver.send);
    sender.restore();
    sender.stored(activity, 'stdout', Number.MAX_SAFE_INTEGER);
    expect(existsSync(join(root, activity))).toBe(false);
  });
});
