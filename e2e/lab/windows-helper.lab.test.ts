import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWindowsSystem } from '@patchbay/agent/inventory/windows-system';
import { createWindowsNotifier } from '@patchbay/agent/notify/windows-notifier';
import { registerForToasts, unregisterForToasts } from '@patchbay/agent/notify/windows-registration';
import { windowsRebootNeed } from '@patchbay/agent/reboot/windows-reboot-need';
import { inventory } from '@patchbay/contracts/inventory';
import { runCommand, runOrThrow } from '@patchbay/testkit/lab/run-command';
import { windowsNode } from '@patchbay/testkit/lab/windows-node';
import { startWineDesktop, type WineDesktop, wineAvailable } from '@patchbay/testkit/lab/wine';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildWindowsHelper, windowsHelper } from '../../tools/build-windows-helper.ts';

const available = wineAvailable();
const limit = { timeoutMs: 20_000 };
const serviceAgent = fileURLToPath(new URL('./windows-service-agent.ts', import.meta.url));
const pictures = path.join(import.meta.dirname, '../../test-results/windows');

/** A file of this machine as Windows' programs see it. */
const onZ = (file: string): string => `Z:${file.replaceAll('/', '\\')}`;

/** The processes of this machine that have this in their command line; NUL is between arguments. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

describe.skipIf(!available.ok)(`the helper for Windows${available.ok ? '' : `: ${available.reason}`}`, () => {
  let folder: string;
  let helper: string;
  let desktop: WineDesktop;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'patchbay-windows-'));
    helper = path.join(folder, 'patchbay-helper.exe');
    await copyFile(windowsHelper(), helper);
    desktop = await startWineDesktop();
    await desktop.setVersion('win10');
  });

  afterAll(async () => {
    await desktop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('E-12 given the same sources, when it is built again elsewhere, then it has the same bytes', () => {
    const again = path.join(folder, 'again.exe');
    buildWindowsHelper(again);
    expect(readFileSync(again).equals(readFileSync(helper))).toBe(true);
  });

  it('E-12 needs nothing but what comes with Windows', async () => {
    const listing = await runOrThrow(['x86_64-w64-mingw32-objdump', '-p', helper]);
    const libraries = [...listing.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => String(name).toLowerCase());
    expect(libraries).toContain('kernel32.dll');
    expect(libraries.filter((name) => !existsSync(`${desktop.driveC}/windows/system32/${name}`))).toEqual([]);
  });

  it('R-11 the application is in the Start menu from its registration to its removal', async () => {
    const shortcut = `${desktop.driveC}/ProgramData/Microsoft/Windows/Start Menu/Programs/Patchbay.lnk`;
    const clsid = 'HKLM\\Software\\Classes\\CLSID\\{EB7D4EDE-EEEC-49ED-AAE3-7E061796E6BB}\\LocalServer32';
    const query = [...desktop.command('reg.exe'), 'query', clsid, '/ve'];
    await registerForToasts(desktop.command(helper));
    await registerForToasts(desktop.command(helper));
    // Wine does not keep the properties of a shortcut, of which the application's id is one.
    expect(existsSync(shortcut)).toBe(true);
    expect((await runCommand(query)).stdout).toContain('patchbay-helper.exe" toast-activated');
    await unregisterForToasts(desktop.command(helper));
    await unregisterForToasts(desktop.command(helper));
    expect(existsSync(shortcut)).toBe(false);
    expect((await runCommand(query)).code).toBe(1);
  });

  it('R-14 the session of the user is listed, with what a program on its desktop tells', async () => {
    const notifier = createWindowsNotifier({
      helper: desktop.command(helper),
      windowsVersion: { major: 10, minor: 0, build: 19045, isServer: false },
      log: () => {},
    });
    expect(await notifier.sessions()).toEqual([
      {
        id: '1',
        user: expect.stringMatching(/./),
        kind: 'graphical',
        active: true,
        console: true,
        busy: false,
        language: 'en-US',
      },
    ]);
  });

  it('E-02 the facts of the endpoint have the form of the protocol', async () => {
    const system = createWindowsSystem({
      helper: desktop.command(helper),
      reg: desktop.command('reg.exe'),
      now: Date.now,
      log: () => {},
    });
    expect(inventory.parse(await system.inventory())).toMatchObject({
      os: 'windows',
      osName: expect.stringContaining('Windows 10'),
      bootId: await system.bootId(),
      users: [{ terminal: 'session 1' }],
    });
    expect(await system.readiness()).toMatchObject([{ name: 'notifier', state: 'ok' }]);
  });

  it('E-07 a command in a job gives its exit code and output on', async () => {
    const job = [...desktop.command(helper), 'run-job', '--', 'cmd.exe', '/c', 'echo out& exit 7'];
    expect(await runCommand(job)).toMatchObject({ code: 7, stdout: 'out\r\n' });
  });

  it('E-07 a command that cannot be started is told from one that failed', async () => {
    const job = [...desktop.command(helper), 'run-job', '--', 'no-such-command.exe'];
    const { code, stderr } = await runCommand(job);
    expect(code).not.toBe(0);
    expect(stderr).toContain('the command could not be started: ');
  });

  it('E-07 given a command in a job, when the helper is ended, then the whole tree is', async () => {
    const address = `127.0.0.${10 + (process.pid % 200)}`;
    // The argument is one word only for ping itself.
    const isRunning = (): boolean => processesWith(['-n', '100', address].join('\0')).length > 0;
    const [program, ...args] = desktop.command(helper);
    const tree = ['cmd.exe', '/c', `cmd.exe /c ping.exe -n 100 ${address}`];
    const job = spawn(program, [...args, 'run-job', '--', ...tree], { stdio: 'ignore' });
    await waitFor(isRunning, { ...limit, what: 'the tree' });
    job.kill('SIGKILL');
    await once(job, 'exit');
    await waitFor(() => !isRunning(), { ...limit, what: 'the end of the tree' });
  });

  it('E-06 the evidence for a reboot is found in the registry', async () => {
    const reg = desktop.command('reg.exe');
    const add = (...args: string[]): Promise<string> => desktop.run('reg.exe', 'add', ...args, '/f');
    expect(await windowsRebootNeed(reg)).toEqual({ needed: false, reasons: [] });
    const version = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
    const control = 'HKLM\\SYSTEM\\CurrentControlSet\\Control';
    await add(`${version}\\Component Based Servicing\\RebootPending`);
    await add(`${version}\\WindowsUpdate\\Auto Update\\RebootRequired`);
    // Only a file can bring an empty string, which stands for a removal.
    const files = ['\\??\\C:\\old.dll', '', '\\??\\C:\\new.dll', '!\\??\\C:\\app.dll', '', ''].join('\0');
    const hex = Buffer.from(files, 'utf16le')
      .toString('hex')
      .replace(/..(?=.)/g, '$&,');
    const key = `${control.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\\Session Manager`;
    const value = `"PendingFileRenameOperations"=hex(7):${hex}`;
    const file = path.join(folder, 'renames.reg');
    writeFileSync(
      file,
      `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n[${key}]\r\n${value}\r\n`,
      'utf16le',
    );
    await desktop.run('reg.exe', 'import', onZ(file));
    await add(`${control}\\ComputerName\\ComputerName`, '/v', 'ComputerName', '/d', 'NEW-NAME');
    const { needed, reasons } = await windowsRebootNeed(reg);
    expect({ needed, count: reasons.length }).toEqual({ needed: true, count: 4 });
    expect(reasons[2]).toBe(
      '2 files are to be replaced or removed at the next start, such as C:\\old.dll (PendingFileRenameOperations)',
    );
    expect(reasons[3]).toMatch(/^the computer is to be renamed from \S+ to NEW-NAME$/);
  });

  it('R-11 given the agent as a service, then its pop-up is on the desktop of the user, and clicked', async ({
    skip,
  }) => {
    const node = await windowsNode();
    if (node === null) return skip('Node for Windows cannot be fetched');
    const report = path.join(folder, 'report.txt');
    const lines = (): string[] => (existsSync(report) ? readFileSync(report, 'utf8').split('\n') : []);
    const log = onZ(path.join(folder, 'service.log'));
    const agent = [node, serviceAgent, helper, report].map(onZ);
    await desktop.run(helper, 'install-service', '--name', 'PatchbayTest', '--log', log, '--', ...agent);
    await waitFor(() => lines().includes('shown'), { ...limit, what: 'the pop-up of the service' });
    await desktop.screenshot(path.join(pictures, 'service.png'));
    const place = await waitFor(() => desktop.findWindow('Acme service'), { ...limit, what: 'its window' });
    const [button] = await waitFor(
      async () => {
        const found = await desktop.findButtons(place);
        return found.length === 1 && found;
      },
      { ...limit, what: 'its button' },
    );
    await waitFor(
      async () => {
        if (lines().length < 3 && button !== undefined) await desktop.click(button);
        return lines().length === 3;
      },
      { ...limit, what: 'the answer' },
    );
    await desktop.run(helper, 'uninstall-service', '--name', 'PatchbayTest');
    expect(lines()).toEqual([
      'shown',
      '{"kind":"answered","answer":{"kind":"rebootNow"}}',
      'asked to stop',
      '',
    ]);
  });
});
