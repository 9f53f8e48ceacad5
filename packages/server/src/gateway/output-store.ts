import type pg from 'pg';
import { appendOutput, type OutputPart, outputLengths } from '../db/activity-output.ts';
import type { OutputStore } from './output-intake.ts';

/** How long a part of output waits for those of other agents, to be stored in one transaction with them. */
const flushDelayMs = 5;
const maxBatch = { parts: 500, bytes: 8 * 1024 * 1024 };

type Waiting = {
  readonly part: OutputPart;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
};

/** Keeps output in the database, the parts of many agents in one transaction (O-02). */
export function createOutputStore(pool: pg.Pool): OutputStore {
  const waiting: Waiting[] = [];
  let writing = false;

  const takeBatch = (): Waiting[] => {
    let bytes = 0;
    const over = waiting.findIndex(({ part }) => (bytes += part.data.length) > maxBatch.bytes);
    const fitting = over === -1 ? waiting.length : Math.max(over, 1);
    return waiting.splice(0, Math.min(fitting, maxBatch.parts));
  };
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = takeBatch();
      try {
        await appendOutput(
          pool,
          batch.map(({ part }) => part),
        );
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    writing = false;
  };

  return {
    storedLengths: (endpoint, key) => outputLengths(pool, endpoint, key),
    append(key, stream, offset, data) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ part: { ...key, stream, offset, data }, done: resolve, failed: reject });
      if (!writing) {
        writing = true;
        setTimeout(() => void write(), flushDelayMs);
      }
      return promise;
    },
  };
}
