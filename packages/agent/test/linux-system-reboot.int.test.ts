import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runTool } from '../src/execute/run-tool.ts';
import { searchPath } from '../src/execute/search-path.ts';
import { createLinuxSystemReboot, type LinuxSystemRebootOptions } from '../src/reboot/linux-system-reboot.ts';
import { temporaryFolder } from './temporary-folder.ts';

const at = Date.UTC(2026, 10, 21, 21, 15, 0, 1);

/** The system's tools as stand-ins that write down how they were called, each ending as told. */
function standIns(
  codes: Readonly<Record<string, number>>,
  options: LinuxSystemRebootOptions & { hasSystemd: boolean },
) {
  const folder = temporaryFolder();
  const calls = join(folder, 'calls');
  for (const name of ['systemd-run', 'systemctl', 'shutdown']) {
    const script = `#!/bin/sh\necho "${name} $*" >>${calls}\necho "no ${name} today" >&2\nexit ${codes[name] ?? 0}\n`;
    writeFileSync(join(folder, name), script, { mode: 0o755 });
  }
  const path = `${folder}:${searchPath}`;
  const { hasSystemd, ...rest } = options;
  const reboot = createLinuxSystemReboot({
    runTool: (command, args, more) => runTool(command, args, { ...more, env: { ...more.env, PATH: path } }),
    path,
    systemd: hasSystemd ? folder : join(folder, 'none'),
    shutdownMark: join(folder, 'mark'),
    now: () => at - 90_000,
    ...rest,
  });
  onTestFinished(() => reboot.unschedule());
  return {
    reboot,
    mark: join(folder, 'mark'),
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  };
}

describe('the reboot of Linux', () => {
  it('R-12 given systemd, when a reboot is scheduled, then one timer in the next whole second replaces any other', async () => {
    const { reboot, calls } = standIns({ systemctl: 5 }, { hasSystemd: true });
    expect(await reboot.schedule(at)).toBe('systemd timer patchbay-reboot.timer at 2026-11-21 21:15:01 UTC');
    expect(calls()).toEqual([
      'systemctl stop patchbay-reboot.timer',
      'systemctl reset-failed patchbay-reboot.timer patchbay-reboot.service',
      expect.stringMatching(
        /^systemd-run --quiet --unit=patchbay-reboot .*--on-calendar=2026-11-21 21:15:01 UTC .*-- systemctl --ignore-inhibitors reboot$/,
      ),
    ]);
  });

  it('R-12 given a time that is over, then the reboot comes at once and not never', async () => {
    const { reboot } = standIns({ systemctl: 0 }, { hasSystemd: true, now: () => at + 60_000 });
    expect(await reboot.schedule(at)).toContain('21:16:03 UTC');
  });

  it('R-12 given no systemd, then shutdown is never earlier than told, and the agent is to the second', async () => {
    let now = at - 90_000;
    const { reboot, calls, mark } = standIns({}, { hasSystemd: false, now: () => now });
    expect(await reboot.schedule(at)).toBe('shutdown -r +2, by the agent to the second');
    expect(calls()).toEqual(['shutdown -r +2']);
    expect(existsSync(mark)).toBe(true);
    await reboot.unschedule();
    expect(calls()).toEqual(['shutdown -r +2', 'shutdown -c']);
    now = at - 1;
    await reboot.schedule(at - 10_000);
    now = at + 5000;
    await waitFor(() => calls().at(-1) === 'shutdown -r now', {
      what: 'the reboot by the agent',
    });
  });

  it('given a shutdown that somebody else has scheduled, then it is not taken back', async () => {
    const { reboot, calls } = standIns({}, { hasSystemd: false });
    await reboot.unschedule();
    expect(calls()).toEqual([]);
  });

  it('given systemd refuses, then shutdown is used; given both do, then the reasons are told', async () => {
    const first = standIns({ 'systemd-run': 1 }, { hasSystemd: true });
    expect(await first.reboot.schedule(at)).toContain('shutdown -r +2');
    const second = standIns({ 'systemd-run': 1, shutdown: 1 }, { hasSystemd: true });
    await expect(second.reboot.schedule(at)).rejects.toThrow(
      'to reboot: systemd-run ended with 1: no systemd-run today; shutdown ended with 1',
    );
    expect(existsSync(second.mark)).toBe(false);
  });
});
