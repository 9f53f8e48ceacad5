import { readFileSync } from 'node:fs';
import { inventory, readinessCheck, rebootNeed } from '@patchbay/contracts/inventory';
import { describe, expect, it } from 'vitest';
import { createLinuxSystem } from '../src/inventory/linux-system.ts';

describe.skipIf(process.platform !== 'linux')('the Linux that the tests run on', () => {
  const system = createLinuxSystem({ clockSkewMs: () => 5000 });

  it('E-02 has an inventory as the protocol wants it', async () => {
    const facts = inventory.parse(await system.inventory());
    expect(facts.os).toBe('linux');
    expect(facts.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    expect(facts.bootId).toBe(await system.bootId());
    expect(facts.uptimeSeconds).toBeGreaterThan(0);
    expect(facts.disks.map(({ mount }) => mount)).toContain('/');
    expect(facts.disks[0]?.freeBytes).toBeGreaterThan(0);
    expect(facts.osName).not.toBe('');
    expect(facts.timeZone).not.toBe('');
  });

  it('E-06 says whether it needs a reboot, with a reason if it does', async () => {
    const need = rebootNeed.parse(await system.rebootNeed());
    expect(need.reasons.length > 0).toBe(need.needed);
  });

  it('E-10 has readiness checks as the protocol wants them, each once', async () => {
    const checks = (await system.readiness()).map((check) => readinessCheck.parse(check));
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['provider', 'diskSpace', 'at', 'privileges', 'clock']));
    expect(checks.find(({ name }) => name === 'clock')?.state).toBe('ok');
    expect(checks.filter(({ state, action }) => state === 'ok' && action !== null)).toEqual([]);
    expect(checks.filter(({ state, action }) => state === 'failed' && action === null)).toEqual([]);
  });
});
