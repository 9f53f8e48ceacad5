import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long everything else may have to wait, in milliseconds. */
const sliceMs = 10;

/** Takes the steps of a long computation, and lets everything else that waits have its turn again and again. */
export async function inSlices<Result>(steps: Generator<void, Result>): Promise<Result> {
  let begin = performance.now();
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (performance.now() - begin < sliceMs) continue;
    await nextTurn();
    begin = performance.now();
  }
}
