import { test } from 'vitest';

/**
 * Like vitest's `test`, for tests that need what not every machine has: where it is not `there`, they are skipped and
 * the report says what they need.
 */
export function testsNeeding(what: string, there: boolean) {
  return test.extend<{ readonly needed: null }>({
    needed: [
      async ({ skip }, use) => {
        skip(!there, `needs ${what}`);
        await use(null);
      },
      { auto: true },
    ],
  });
}
