/** Takes every step of a computation that could pause between them. */
export function inOneGo<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
  }
}
