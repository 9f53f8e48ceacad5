import { endpointPatchbay } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import {
  endpointCheckout,
  endpointNode,
  type LabEndpoint,
  startLabEndpoint,
} from '@patchbay/testkit/lab/lab-endpoint';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const lab = labAvailable();
const hour = 3_600_000;
const timeoutMs = 30_000;

describe.skipIf(!lab.ok)(`a terminal's user and the reboot${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let endpoint: LabEndpoint;

  beforeAll(async () => {
    endpoint = await startLabEndpoint({ name: 'terminal' });
  });
  afterAll(async () => endpoint?.stop());

  const probe = (what: string, at = 0): string[] => [
    endpointNode,
    `${endpointCheckout}/e2e/lab/reboot-probe.ts`,
    what,
    String(Math.round(at)),
  ];
  const timers = async (): Promise<string> =>
    endpoint.execOrThrow(['systemctl', 'list-timers', '--no-legend', 'patchbay-reboot.timer']);
  const asUser = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

  test('R-12 a reboot is scheduled, replaced and taken back with the system itself', async () => {
    expect(await endpoint.execOrThrow(probe('schedule', Date.now() + 2 * hour))).toContain(
      'patchbay-reboot.timer at',
    );
    const again = JSON.parse(
      await endpoint.execOrThrow(probe('schedule', Date.UTC(2099, 0, 2, 3, 4, 4, 500))),
    );
    expect(again).toBe('systemd timer patchbay-reboot.timer at 2099-01-02 03:04:05 UTC');
    const listed = await timers();
    expect(listed.trim().split('\n')).toHaveLength(1);
    expect(listed).toContain('2099-01-02 03:04:05');
    await endpoint.execOrThrow(probe('unschedule'));
    await endpoint.execOrThrow(probe('unschedule'));
    expect(await timers()).toBe('');
  });

  test('R-12 the endpoint reboots when it said, though nobody is left who said it', async () => {
    const before = await endpoint.bootId();
    const at = Date.now() + 12_000;
    await endpoint.execOrThrow(probe('schedule', at));
    expect(await endpoint.bootId()).toBe(before);
    expect(await endpoint.waitForBoot(before)).not.toBe(before);
    const booted = endpoint.boots.at(-1)?.startedAt ?? 0;
    expect(booted).toBeGreaterThan(at);
    console.log(`rebooted ${booted - at} ms after the time that was told`);
    expect(await timers()).toBe('');
  });

  test('R-12 without systemd the agent reboots to the second, and shutdown stands behind it', async () => {
    const before = await endpoint.bootId();
    const at = Date.now() + 15_000;
    const running = endpoint.exec(probe('schedule-without-systemd', at));
    await waitFor(
      async () => (await endpoint.exec(['test', '-e', '/run/systemd/shutdown/scheduled'])).code === 0,
      {
        timeoutMs,
        what: 'the scheduled shutdown',
      },
    );
    expect(await endpoint.waitForBoot(before)).not.toBe(before);
    const booted = endpoint.boots.at(-1)?.startedAt ?? 0;
    expect(booted).toBeGreaterThan(at);
    console.log(`rebooted ${booted - at} ms after the time that was told`);
    expect((await running).stdout).toContain('shutdown -r +1, by the agent to the second');
  });

  test('R-04 R-16 the user of a terminal is written to and answers; nobody else can', async () => {
    // A terminal with somebody at it, of whom only `who` tells: this small system keeps no sessions.
    const start =
      'rm -f /tmp/screen; setsid "$@" script -qfc "tty >/tmp/tty; exec sleep 600" /tmp/screen >/dev/null 2>&1 </dev/null &';
    await endpoint.execOrThrow(['sh', '-c', start, 'sh', ...asUser]);
    const tty = await waitFor(async () => (await endpoint.readFile('/tmp/tty')).trim().replace('/dev/', ''), {
      timeoutMs,
      what: 'the terminal',
    });
    await endpoint.writeFile(
      '/usr/local/bin/who',
      `#!/bin/sh\necho 'nobody ${tty} 2026-11-21 03:00 (10.0.0.7)'\n`,
      '755',
    );
    await endpoint.writeFile('/usr/local/bin/loginctl', '#!/bin/sh\nexit 1\n', '755');
    expect(JSON.parse(await endpoint.execOrThrow(probe('sessions')))).toEqual([
      expect.objectContaining({
        user: 'nobody',
        kind: 'terminal',
        active: true,
        console: false,
        busy: false,
      }),
    ]);

    const answer = (words: readonly string[], as = asUser) =>
      endpoint.exec([...as, ...endpointPatchbay, 'reboot-answer', ...words]);
    expect(await answer(['now'])).toMatchObject({ stderr: expect.stringContaining('nothing is asked') });

    const showing = endpoint.exec(probe('show', Date.now() + hour));
    const screen = await waitFor(
      async () => {
        const text = await endpoint.readFile('/tmp/screen');
        return text.includes('Remind me in 4 hours') && text;
      },
      { timeoutMs, what: 'the notification on the terminal' },
    );
    console.log(screen);
    expect(screen).not.toContain('\u001b[31m');
    expect((await answer([])).stdout).toContain('patchbay reboot-answer snooze 2   Remind me in 4 hours');
    expect((await answer(['cancel'])).stderr).toContain('possible: now, snooze, snooze 2');
    const daemon = ['setpriv', '--reuid=1', '--regid=1', '--clear-groups', '--'];
    expect((await answer(['now'], daemon)).stderr).toContain('nothing is asked');
    const pipe = '/run/patchbay-agent/prompts/65534';
    const forge = `echo '{"view":"n1","button":0}' >"$(echo ${pipe}/*.answer)"`;
    expect((await endpoint.exec([...daemon, 'sh', '-c', forge])).stderr).toMatch(/permission denied/i);
    // Stale and senseless answers of the user change nothing (R-15).
    const nonsense = `printf '{"view":"n0","button":0}\\n{"view":"n1","button":9}\\nnot at all\\n' >"$(echo ${pipe}/*.answer)"`;
    await endpoint.execOrThrow([...asUser, 'sh', '-c', nonsense]);
    expect(await answer(['snooze', '2'])).toMatchObject({ code: 0, stdout: 'Your answer is taken.\n' });
    const [shown, end] = (await showing).stdout.trim().split('\n');
    expect(shown).toBe('"shown"');
    expect(JSON.parse(end ?? '')).toEqual({ kind: 'answered', answer: { kind: 'snooze', choice: 1 } });
    expect((await answer([])).stderr).toContain('nothing is asked');
  });
});
