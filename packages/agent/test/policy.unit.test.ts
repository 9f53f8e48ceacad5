import { writeFileSync } from 'node:fs';
import type { StartOrder } from '@patchbay/contracts/activity-order';
import { describe, expect, it } from 'vitest';
import { readPolicy, rehearsalOnly, statePaths, writePolicy } from '../src/config.ts';
import { refusalByPolicy } from '../src/policy.ts';
import { temporaryFolder } from './temporary-folder.ts';

const all = { scan: true, run: true, install: true, reboot: true };

function scriptOrder(reboots: boolean, rehearsal = false): StartOrder {
  return {
    order: 'start',
    endpoint: '6b1f0d4a-9d5e-4f5e-8f57-0f2f3c1f2a77',
    activity: '1.pre-1.1',
    issuedAt: 0,
    expiresAt: 1,
    rehearsal,
    work: {
      kind: 'script',
      reboots,
      interpreter: 'sh',
      content: 'exit',
      environment: {},
      secretNames: [],
      runAs: null,
      timeoutMs: 1000,
      outputLimitBytes: 1024,
    },
  };
}

function patchOrder(simulate: boolean, rehearsal = false): StartOrder {
  return {
    ...scriptOrder(false, rehearsal),
    work: {
      kind: 'patch',
      simulate,
      selection: { which: 'all', ids: [], exclude: [] },
      lockWaitMs: 0,
      timeoutMs: 1000,
      outputLimitBytes: 1024,
    },
  };
}

describe('the local policy', () => {
  it.each([
    ['a script', scriptOrder(false), { ...all, run: false }, 'does not allow scripts'],
    ['a reboot', scriptOrder(true), { ...all, reboot: false }, 'does not allow reboots'],
    ['a reboot by script', scriptOrder(true), { ...all, run: false }, 'does not allow scripts'],
    ['an installation', patchOrder(false), { ...all, install: false }, 'does not allow installing patches'],
    ['a simulation', patchOrder(true), { ...all, scan: false }, 'does not allow patch scans'],
    ['a reboot in a rehearsal', scriptOrder(true, true), all, 'a rehearsal must not reboot'],
    ['an installation in a rehearsal', patchOrder(false, true), all, 'a rehearsal must not install'],
  ])('refuses %s', (_, order, policy, reason) => {
    expect(refusalByPolicy(order, policy)).toContain(reason);
    expect(refusalByPolicy({ ...order, rehearsal: false }, all)).toBeNull();
  });

  it('of a machine that is only rehearsed on lets scripts and simulations through', () => {
    expect(refusalByPolicy(scriptOrder(false, true), rehearsalOnly)).toBeNull();
    expect(refusalByPolicy(patchOrder(true, true), rehearsalOnly)).toBeNull();
    expect(refusalByPolicy(patchOrder(false), rehearsalOnly)).not.toBeNull();
    expect(refusalByPolicy(scriptOrder(true), rehearsalOnly)).not.toBeNull();
  });

  it('allows everything without a file and nothing with a damaged one', async () => {
    const paths = statePaths(temporaryFolder());
    const said: string[] = [];
    const log = (level: string): void => void said.push(level);
    expect(await readPolicy(paths, log)).toEqual(all);
    await writePolicy(paths, rehearsalOnly);
    expect(await readPolicy(paths, log)).toEqual(rehearsalOnly);
    expect(said).toEqual([]);
    writeFileSync(paths.policy, '{"scan":true');
    expect(Object.values(await readPolicy(paths, log))).toEqual([false, false, false, false]);
    expect(said).toEqual(['error']);
  });
});
