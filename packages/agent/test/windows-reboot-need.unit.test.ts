import { describe, expect, it } from 'vitest';
import { judgeWindowsReboot, readWindowsRebootEvidence } from '../src/reboot/windows-reboot-need.ts';
import { parseRegistryKey } from '../src/reboot/windows-registry.ts';

const none = { servicingPending: false, updatePending: false, pendingFiles: [], computerName: null };

// As `reg query "HKLM\SYSTEM\CurrentControlSet\Control\Session Manager" /reg:64` prints it, shortened.
const sessionManager = [
  '',
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager',
  '    AutoChkTimeout    REG_DWORD    0x8',
  '    BootExecute    REG_MULTI_SZ    autocheck autochk *',
  '    ObjectDirectories    REG_MULTI_SZ    \\Windows\\0\\RPC Control',
  '    PendingFileRenameOperations    REG_MULTI_SZ    \\??\\C:\\Windows\\Temp\\0a.tmp\\0\\0\\??\\C:\\new.dll\\0!\\??\\C:\\Program Files\\App\\old.dll',
  '    ResourcePolicies    REG_SZ',
  '',
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\AppCompatCache',
  '',
].join('\r\n');

const computerName = (name: string): string =>
  `\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\Name\r\n    ComputerName    REG_SZ    ${name}\r\n\r\n`;

/** A stand-in for `reg.exe` that knows these keys by their last part, and no other. */
function registry(keys: Readonly<Record<string, string>>): [string, ...string[]] {
  const program = `
    const key = process.argv[2].split('\\\\').pop();
    const keys = ${JSON.stringify(keys)};
    if (process.argv[1] !== 'query' || process.argv[3] !== '/reg:64' || !(key in keys)) process.exit(1);
    process.stdout.write(keys[key]);`;
  return [process.execPath, '-e', program];
}

describe('whether Windows needs a reboot', () => {
  it('E-06 given no evidence, then it does not', () => {
    expect(judgeWindowsReboot(none)).toEqual({ needed: false, reasons: [] });
    const same = { active: 'PC-1', configured: 'pc-1' };
    expect(judgeWindowsReboot({ ...none, computerName: same }).needed).toBe(false);
  });

  it('E-06 given every evidence, then each is a reason', () => {
    const evidence = {
      servicingPending: true,
      updatePending: true,
      pendingFiles: ['C:\\a', 'C:\\b'],
      computerName: { active: 'PC-1', configured: 'PC-2' },
    };
    expect(judgeWindowsReboot(evidence)).toEqual({
      needed: true,
      reasons: [
        'Windows servicing has to finish (Component Based Servicing, RebootPending)',
        'Windows Update has to finish (Auto Update, RebootRequired)',
        '2 files are to be replaced or removed at the next start, such as C:\\a (PendingFileRenameOperations)',
        'the computer is to be renamed from PC-1 to PC-2',
      ],
    });
  });

  it('E-06 given what reg.exe prints, then values are read by name and type', () => {
    expect(parseRegistryKey(sessionManager).slice(0, 2)).toEqual([
      { name: 'AutoChkTimeout', type: 'REG_DWORD', data: '0x8' },
      { name: 'BootExecute', type: 'REG_MULTI_SZ', data: 'autocheck autochk *' },
    ]);
    expect(parseRegistryKey(sessionManager).at(-1)).toEqual({
      name: 'ResourcePolicies',
      type: 'REG_SZ',
      data: '',
    });
  });

  it('E-06 given the registry of an endpoint, then its evidence is collected', async () => {
    const reg = registry({
      'Session Manager': sessionManager,
      RebootRequired: '\r\nHKEY_LOCAL_MACHINE\\…\\RebootRequired\r\n    1d4f    REG_DWORD    0x1\r\n',
      ActiveComputerName: computerName('PC-1'),
      ComputerName: computerName('PC-2'),
    });
    expect(await readWindowsRebootEvidence(reg)).toEqual({
      servicingPending: false,
      updatePending: true,
      pendingFiles: ['C:\\Windows\\Temp\\0a.tmp', 'C:\\new.dll'],
      computerName: { active: 'PC-1', configured: 'PC-2' },
    });
  });

  it('E-06 given no reg.exe, then that is an error and no answer', async () => {
    await expect(readWindowsRebootEvidence(['no-such-reg'])).rejects.toThrow(
      'the registry could not be read',
    );
  });
});
