import { describe, expect, it } from 'vitest';
import { windowsName } from '../src/inventory/windows-inventory.ts';
import { createWindowsSystem } from '../src/inventory/windows-system.ts';
import { parseRegistryKey } from '../src/reboot/windows-registry.ts';

/** As `reg query` prints the key `CurrentVersion`, shortened. */
const currentVersion = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, data]) => `    ${name}    ${name === 'UBR' ? 'REG_DWORD' : 'REG_SZ'}    ${data}\r\n`)
    .join('');

describe('the name of Windows', () => {
  it.each([
    [
      {
        CurrentBuild: '26100',
        DisplayVersion: '24H2',
        InstallationType: 'Client',
        ProductName: 'Windows 10 Pro',
        UBR: '0x90a',
      },
      { osName: 'Windows 11 Pro', osVersion: '24H2 (26100.2314)' },
    ],
    [
      {
        CurrentBuild: '26100',
        DisplayVersion: '24H2',
        InstallationType: 'Server Core',
        ProductName: 'Windows Server 2025 Standard',
        UBR: '0x3',
      },
      { osName: 'Windows Server 2025 Standard', osVersion: '24H2 (26100.3)' },
    ],
    [
      { CurrentBuild: '9600', InstallationType: 'Client', ProductName: 'Windows 8.1 Pro' },
      { osName: 'Windows 8.1 Pro', osVersion: '9600' },
    ],
  ])('E-02 is read from the registry: %#', (values, name) => {
    expect(windowsName(parseRegistryKey(currentVersion(values)))).toEqual(name);
  });
});

describe('a Windows endpoint without its helper', () => {
  const system = createWindowsSystem({ helper: ['no-such-helper'], now: Date.now, log: () => {} });

  it('E-10 says so in its readiness, and what to do', async () => {
    expect(await system.readiness()).toEqual([
      {
        name: 'notifier',
        state: 'failed',
        message: expect.stringMatching(
          /^the helper of the agent does not work: the helper could not be started: /,
        ),
        action: expect.stringContaining('patchbay-helper.exe'),
      },
    ]);
  });

  it('R-16 reports every notification as failed, with the reason', async () => {
    const session = {
      id: '1',
      user: 'user',
      kind: 'graphical',
      active: true,
      console: true,
      busy: false,
      language: null,
    } as const;
    const view = {
      id: 'n1',
      kind: 'reminder',
      title: 'Restart',
      body: 'Save your work.',
      company: 'Acme',
      logo: null,
      buttons: [],
      rebootAt: null,
      expiresAt: 1,
    } as const;
    const shown: string[] = [];
    const end = await system.notifier?.show(view, session, {
      signal: new AbortController().signal,
      onShown: () => shown.push('shown'),
    });
    const reason = expect.stringMatching(/^the helper could not be started: /);
    expect({ end, shown }).toEqual({ end: { kind: 'failed', reason }, shown: [] });
  });

  it('rejects to schedule a reboot', async () => {
    await expect(system.systemReboot?.schedule(0)).rejects.toThrow('the helper could not be started');
  });
});
