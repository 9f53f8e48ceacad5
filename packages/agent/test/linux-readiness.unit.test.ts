import { readinessCheck } from '@patchbay/contracts/inventory';
import { describe, expect, it } from 'vitest';
import {
  atCheck,
  clockCheck,
  judgeSpace,
  privilegesCheck,
  providerCheck,
} from '../src/inventory/linux-readiness.ts';

const megabyte = 1024 * 1024;
const need = (path: string, freeMegabytes: number | null) => ({
  path,
  warnBelow: 1000 * megabyte,
  failBelow: 300 * megabyte,
  freeBytes: freeMegabytes === null ? null : freeMegabytes * megabyte,
});

describe('readiness', () => {
  it.each([
    [[need('/', 5000), need('/boot', null)], 'ok', '/ has 5000 MB free', null],
    [
      [need('/', 5000), need('/var', 999)],
      'warning',
      '/var has 999 MB free',
      expect.stringContaining('room'),
    ],
    [
      [need('/', 299), need('/var', 999)],
      'failed',
      '/ has 299 MB free, /var has 999 MB free',
      expect.stringContaining('room'),
    ],
  ])('E-10 judges disk space %#', (spaces, state, message, action) => {
    expect(judgeSpace(spaces)).toEqual({ name: 'diskSpace', state, message, action });
  });

  it.each([
    [{ at: true, atd: true, systemdRun: true, shutdown: true }, 'ok', 'at is installed and atd is running'],
    [
      { at: true, atd: false, systemdRun: true, shutdown: true },
      'warning',
      'at is installed, but atd is not running; reboot scripts use systemd-run instead',
    ],
    [
      { at: false, atd: false, systemdRun: true, shutdown: true },
      'warning',
      'at is not installed; reboot scripts use systemd-run instead',
    ],
    [
      { at: false, atd: false, systemdRun: false, shutdown: true },
      'warning',
      'at is not installed; reboot scripts use shutdown -r +1 instead',
    ],
    [
      { at: false, atd: false, systemdRun: false, shutdown: false },
      'failed',
      'at is not installed, and there is no other way to schedule a reboot',
    ],
  ])('L-08 E-10 says whether at is there and what is used where it is not: %o', (means, state, message) => {
    const check = atCheck(means);
    expect(check).toMatchObject({ state, message });
    expect(check.action === null).toBe(state === 'ok');
  });

  it('E-10 compares clocks when the difference is known', () => {
    expect(clockCheck(null).state).toBe('notApplicable');
    expect(clockCheck(-3000)).toMatchObject({ state: 'ok', message: "within 3 s of the server's clock" });
    expect(clockCheck(-90_000)).toMatchObject({
      state: 'warning',
      message: "the clock is 90 s behind the server's",
    });
    expect(clockCheck(90_000)).toMatchObject({ message: "the clock is 90 s ahead of the server's" });
  });

  it('E-10 says what a missing privilege and a missing provider mean', () => {
    expect(privilegesCheck(0).state).toBe('ok');
    expect(privilegesCheck(1000)).toMatchObject({ state: 'failed', action: 'Run the agent as root.' });
    expect(providerCheck('apt', 'Debian').state).toBe('ok');
    expect(providerCheck(null, 'Fedora Linux').message).toContain('no patch provider for Fedora Linux yet');
    for (const check of [privilegesCheck(1000), providerCheck(null, 'x'.repeat(2000))]) {
      expect(() => readinessCheck.parse(check)).not.toThrow();
    }
  });
});
