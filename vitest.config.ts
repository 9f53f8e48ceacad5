import { patienceMs } from '@patchbay/testkit/wait-for';
import { defineConfig } from 'vitest/config';

const minutes = (count: number): number => count * 60_000;

export default defineConfig({
  test: {
    // Programs under test speak as they do to other programs, whatever the runner does with its own colours.
    env: { FORCE_COLOR: '0' },
    // Two workers: the tests of the database and of whole systems start processes of their own.
    maxWorkers: 2,
    expect: { poll: { timeout: patienceMs } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.unit.test.ts', 'e2e/**/*.unit.test.ts'],
          // Properties try thousands of inputs, and the machine may be busy with other things.
          testTimeout: minutes(4),
          hookTimeout: minutes(4),
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          globalSetup: ['packages/testkit/src/postgres-global-setup.ts'],
          include: ['packages/*/test/**/*.int.test.ts'],
          testTimeout: minutes(4),
          hookTimeout: minutes(4),
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          globalSetup: ['packages/testkit/src/postgres-global-setup.ts'],
          include: ['e2e/*.e2e.test.ts'],
          testTimeout: minutes(4),
          hookTimeout: minutes(4),
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['e2e/console/*.browser.test.ts'],
          testTimeout: minutes(5),
          hookTimeout: minutes(5),
        },
      },
      {
        extends: true,
        test: {
          name: 'lab',
          include: ['e2e/lab/**/*.lab.test.ts'],
          // They mostly wait for machines that boot.
          maxWorkers: 3,
          testTimeout: minutes(3),
          // The first one on a machine makes the Debian that endpoints start from.
          hookTimeout: minutes(10),
        },
      },
    ],
  },
});
