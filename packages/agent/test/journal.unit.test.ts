import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Intent, Journal } from '../src/journal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const hour = 3_600_000;
const quiet = () => {};

function intentOf(activity: string): Intent {
  return { activity, kind: 'script', startedAt: 1000, bootId: 'boot', expiresAt: hour };
}

function reportOf(activity: string, exitCode = 0): ActivityReport {
  return {
    activity,
    startedAt: 1000,
    finishedAt: 2000,
    bootId: 'boot',
    outcome: { kind: 'exited', exitCode, facts: { note: 'grün' } },
    outputBytes: { stdout: 0, stderr: 0 },
    cutBytes: { stdout: 0, stderr: 0 },
  };
}

/** Damage that a power loss may do to what was being written: cut off anywhere, or the rest is zeros. */
const crash = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), isZeroed: fc.boolean() });
const step = fc.record({
  activity: fc.integer({ min: 1, max: 4 }).map((run) => `${run}.pre-1.1`),
  what: fc.constantFrom('order', 'order', 'result', 'result', 'acknowledgement', 'restart'),
  crash: fc.option(crash, { freq: 3 }),
});

/** What the agent and its journal must agree on. */
interface Truth {
  state: 'unknown' | 'running' | 'finished' | 'stored';
  runs: number;
  exitCode: number | null;
}

describe('the journal', () => {
  it('E-08 given crashes at any byte, then nothing runs twice and no finished report is lost before it is acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const path = join(temporaryFolder(), 'journal.jsonl');
        let journal = await Journal.open(path, quiet);
        const truths = new Map<string, Truth>();
        const truthOf = (activity: string): Truth => {
          const known = truths.get(activity) ?? { state: 'unknown', runs: 0, exitCode: null };
          truths.set(activity, known);
          return known;
        };
        let serial = 0;
        for (const { activity, what, crash: damage } of steps) {
          const truth = truthOf(activity);
          const before = readFileSync(path);
          let next: Truth['state'] = truth.state;
          const exitCode = (serial += 1);
          if (what === 'order' && journal.stateOf(activity) === undefined) {
            await journal.start(intentOf(activity));
            next = 'running';
          } else if (what === 'result' && truth.state === 'running') {
            await journal.finish(reportOf(activity, exitCode), hour);
            next = 'finished';
          } else if (what === 'acknowledgement' && truth.state === 'finished') {
            await journal.acknowledge(activity);
            next = 'stored';
          }
          const isRestarted = what === 'restart' || damage !== null;
          if (isRestarted) {
            await journal.close();
            if (damage !== null) writeFileSync(path, damaged(before, readFileSync(path), damage));
            journal = await Journal.open(path, quiet);
          }
          const found = journal.stateOf(activity) ?? 'unknown';
          expect(isRestarted ? [truth.state, next] : [next]).toContain(found);
          // The script runs when the intent is on the disk and the agent lives on.
          if (!isRestarted && truth.state === 'unknown' && found === 'running') truth.runs += 1;
          expect(truth.runs).toBeLessThanOrEqual(1);
          if (truth.state === 'running' && found === 'finished') truth.exitCode = exitCode;
          truth.state = found;
          if (isRestarted) {
            for (const { activity: interrupted } of journal.running()) {
              await journal.finish(reportOf(interrupted, -1), hour);
              Object.assign(truthOf(interrupted), { state: 'finished', exitCode: -1 });
            }
          }
          for (const [id, { state }] of truths) expect(journal.stateOf(id) ?? 'unknown').toBe(state);
          const reported = journal.unacknowledged().map((report) => [report.activity, report.outcome]);
          const expected = [...truths].filter(([, { state }]) => state === 'finished');
          expect(Object.fromEntries(reported)).toEqual(
            Object.fromEntries(
              expected.map(([id, { exitCode: code }]) => [id, reportOf(id, code ?? 0).outcome]),
            ),
          );
        }
        await journal.close();
      }),
      { numRuns: 150 },
    );
  });

  it('E-08 remembers acknowledged activities until their orders have expired, so that a replay does not run', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = await Journal.open(path, quiet);
    await journal.start(intentOf('1.pre-1.1'));
    await journal.finish(reportOf('1.pre-1.1'), hour);
    await journal.acknowledge('1.pre-1.1');
    journal.forget(hour);
    await journal.close();
    const later = await Journal.open(path, quiet);
    expect(later.stateOf('1.pre-1.1')).toBe('stored');
    later.forget(3 * hour);
    expect(later.stateOf('1.pre-1.1')).toBeUndefined();
    await later.close();
  });

  it('E-08 keeps the order of reports, and writes what comes together together', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = await Journal.open(path, quiet);
    const ids = Array.from({ length: 300 }, (_, index) => `${index + 1}.patch.1`);
    await Promise.all(ids.map((id) => journal.start(intentOf(id))));
    await Promise.all(ids.map((id) => journal.finish(reportOf(id), hour)));
    await Promise.all(ids.slice(0, 100).map((id) => journal.acknowledge(id)));
    await journal.close();
    const again = await Journal.open(path, quiet);
    expect(again.unacknowledged().map(({ activity }) => activity)).toEqual(ids.slice(100));
    await again.close();
  });

  it('E-08 skips lines that cannot be read and says how many', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = await Journal.open(path, quiet);
    await journal.start(intentOf('1.pre-1.1'));
    await journal.close();
    writeFileSync(path, `not json\n${readFileSync(path, 'utf8')}{"record":"started"}\n{"torn`);
    const said: unknown[] = [];
    const again = await Journal.open(path, (level, _, fields) => said.push([level, fields]));
    expect(said).toEqual([['warn', { spoilt: 2 }]]);
    expect(again.running()).toEqual([intentOf('1.pre-1.1')]);
    await again.close();
  });

  it('E-08 does not grow with what is past', async () => {
    const path = join(temporaryFolder(), 'journal.jsonl');
    const journal = await Journal.open(path, quiet);
    for (let round = 0; round < 40; round += 1) {
      const ids = Array.from({ length: 20 }, (_, index) => `${round * 20 + index + 1}.patch.1`);
      await Promise.all(ids.map((id) => journal.start(intentOf(id))));
      await Promise.all(ids.map((id) => journal.finish(reportOf(id), hour)));
      await Promise.all(ids.map((id) => journal.acknowledge(id)));
      journal.forget(3 * hour);
    }
    await journal.close();
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(1200);
  });
});

function damaged(before: Buffer, after: Buffer, { at, isZeroed }: { at: number; isZeroed: boolean }): Buffer {
  // A rewritten journal is put in place whole: either the old file is there or the new one.
  if (!after.subarray(0, before.length).equals(before)) return at < 0.5 ? before : after;
  const kept = before.length + Math.round(at * (after.length - before.length));
  const rest = isZeroed ? Buffer.alloc(after.length - kept) : Buffer.alloc(0);
  return Buffer.concat([after.subarray(0, kept), rest]);
}
