import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testsNeeding } from '@patchbay/testkit/tests-needing';
import { afterAll, describe, expect, it } from 'vitest';
import { removeScratch } from './built-in-script.ts';
import { standInEndpoint } from './stand-in-endpoint.ts';

const canMount = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /run']).status === 0;
const endpoint = (standIns: Readonly<Record<string, string>>) =>
  standInEndpoint('linux', '/bin/sh', standIns);

afterAll(removeScratch);

// What the lab's endpoint does not have: these tools are stand-ins that print what the real ones do.
describe('built-in scripts for Linux, with stand-ins for LVM', () => {
  const name = 'LVM Snapshot (Linux)';
  const lvm = {
    findmnt: 'case $5 in / | /var | /thin) echo /dev/mapper/vg0$5 ;; *) echo /dev/sda1 ;; esac',
    lvs: `case "$*" in
        *@patchbay*) cat "$FOLDER/snapshots" 2>/dev/null; : ;;
        */dev/mapper/vg0/) echo '  vg0 root 10240.00 ' ;;
        */dev/mapper/vg0/var) echo '  vg0 var 20480.00 ' ;;
        */dev/mapper/vg0/thin) echo '  vg0 thin 20480.00 pool0' ;;
        *) exit 5 ;;
      esac`,
    vgs: 'echo "  8000.00"',
    lvcreate: `while [ "$1" != --name ]; do shift; done; echo "  vg0/$2" >>"$FOLDER/snapshots"`,
    lvremove: `sed -i "\\#$2#d" "$FOLDER/snapshots"`,
    sed: 'exec /bin/sed "$@"',
  };
  const changes = ({ calls }: { readonly calls: () => string[] }) =>
    calls().filter((call) => /^lv(?:create|remove)/.test(call));

  it('L-07 L-04 snapshots are taken of all volumes, found again, and removed', async () => {
    const tools = endpoint(lvm);
    expect(await tools.run(name, { ACTION: 'create', MOUNT_POINTS: '/:/thin' })).toMatchObject({
      code: 0,
      facts: { snapshots: 'vg0/root_patchbay,vg0/thin_patchbay' },
    });
    expect(await tools.run(name, { ACTION: 'create' })).toMatchObject({ code: 4 });
    expect(await tools.run(name, { ACTION: 'remove' })).toMatchObject({ code: 0, facts: { snapshots: '' } });
    expect(changes(tools)).toEqual([
      'lvcreate --yes --snapshot --addtag patchbay --size 2052m --name root_patchbay vg0/root',
      'lvcreate --yes --snapshot --addtag patchbay --name thin_patchbay vg0/thin',
      'lvremove --yes vg0/root_patchbay',
      'lvremove --yes vg0/thin_patchbay',
    ]);
  });

  it.each([
    [
      'one place is on no logical volume',
      '/:/boot',
      20,
      '/boot is not on a logical volume: no snapshot can be taken\n',
    ],
    [
      'the volume group has too little space',
      '/:/var',
      30,
      'the volume group vg0 has 8000 MB free, the snapshots need 9224 MB\n',
    ],
  ])('L-07 given that %s, then nothing is taken at all', async (_, MOUNT_POINTS, SIZE_PERCENT, stderr) => {
    const tools = endpoint(lvm);
    expect(await tools.run(name, { ACTION: 'create', MOUNT_POINTS, SIZE_PERCENT })).toMatchObject({
      code: 4,
      stderr,
      facts: {},
    });
    expect(changes(tools)).toEqual([]);
  });

  it('L-07 given that the second snapshot fails, then the first is removed', async () => {
    const tools = endpoint({ ...lvm, lvcreate: `case "$*" in *vg0/var) exit 5 ;; esac\n${lvm.lvcreate}` });
    expect(await tools.run(name, { ACTION: 'create', MOUNT_POINTS: '/:/var' })).toMatchObject({
      code: 1,
      facts: {},
    });
    expect(changes(tools).at(-1)).toBe('lvremove --yes vg0/root_patchbay');
  });
});

describe('built-in scripts for Linux, with stand-ins for container runtimes', () => {
  const name = 'Running Containers (Linux)';

  it('L-07 L-04 running containers are stopped, and those that could not be started again are kept in mind', async () => {
    const { run, calls, folder } = endpoint({
      docker: 'case $1 in ps) echo web; echo db ;; esac',
      podman: 'case "$*" in ps*) echo cache ;; start*) [ ! -e "$FOLDER/broken" ] ;; esac',
    });
    const LIST_FILE = join(folder, 'list');
    const containers = (ACTION: string) => run(name, { ACTION, LIST_FILE, GRACE_SECONDS: 5 });
    expect(await containers('list')).toMatchObject({
      code: 0,
      stdout: 'docker web\ndocker db\npodman cache\n',
    });
    expect(await containers('start')).toMatchObject({ code: 0, facts: { containersStarted: '0' } });
    expect(await containers('stop')).toMatchObject({ code: 0, facts: { containersStopped: '3' } });
    writeFileSync(join(folder, 'broken'), '');
    expect(await containers('start')).toMatchObject({ code: 1, facts: { containersStarted: '2' } });
    expect(readFileSync(LIST_FILE, 'utf8')).toBe('podman cache\n');
    expect(calls().filter((call) => !call.includes(' ps '))).toEqual([
      'docker stop -t 5 web',
      'docker stop -t 5 db',
      'podman stop -t 5 cache',
      'docker start db',
      'docker start web',
      'podman start cache',
    ]);
  });

  it('L-07 given a container that does not stop, then it fails and names it', async () => {
    const { run, folder } = endpoint({
      docker: 'case "$*" in ps*) echo web; echo db ;; *db) exit 1 ;; esac',
    });
    const stop = { ACTION: 'stop', LIST_FILE: join(folder, 'list') };
    expect(await run(name, stop)).toMatchObject({
      code: 1,
      stderr: 'could not stop: docker db\n',
      facts: { containersStopped: '1' },
    });
  });
});

describe('built-in scripts for Linux, with a stand-in for a network file system', () => {
  testsNeeding('mounts of its own', canMount)('L-07 L-04 it answers, or does not in time', async () => {
    const standIns = { timeout: 'exec /usr/bin/timeout "$@"' };
    const answers = 'exec /usr/bin/test "$2" = "/data of all"';
    const hideFstab = existsSync('/etc/fstab') ? 'mount --bind /dev/null /etc/fstab' : ':';
    const check = (stat: string, ...points: string[]) => {
      const { run, folder } = endpoint({ ...standIns, stat });
      const mounts = points.map((point) => `server:/x ${point} nfs4 rw 0 0\n`).join('');
      writeFileSync(join(folder, 'mounts'), `${mounts}/dev/sda1 / ext4 rw 0 0\n`);
      const prepare = `mount --bind '${folder}/mounts' /proc/$$/mounts; ${hideFstab}`;
      return run('Network Mounts Check (Linux)', { TIMEOUT_SECONDS: 1 }, { prepare });
    };
    expect(await check(answers, '/data\\040of\\040all')).toMatchObject({
      code: 0,
      facts: { networkMounts: '1', brokenNetworkMounts: '' },
    });
    expect(await check(answers, '/data\\040of\\040all', '/gone')).toMatchObject({
      code: 1,
      facts: { networkMounts: '2', brokenNetworkMounts: '/gone' },
    });
    expect(await check('exec sleep 60', '/slow')).toMatchObject({
      code: 1,
      stderr: '/slow does not answer within 1 s\n',
    });
  });
});

describe('built-in scripts for Linux, with stand-ins for other package managers and clocks', () => {
  const dnf = `case "$*" in
      *repoquery*) [ ! -e "$FOLDER/none" ] && echo kernel-core-5.14.0-427.el9.x86_64; echo kernel-core-5.14.0-503.el9.x86_64 ;;
      *'versionlock list') echo vim-enhanced-2:8.2-21.el9.* ;;
    esac`;
  const zypper = `case "$*" in
      *dry-run) echo 'The following package is going to be REMOVED:'; echo '  kernel-default-5.14.21-150500.55.7' ;;
      *locks) echo '# | Name | Type | Repository'; echo '--+------+------+-----------'; echo '1 | vim  | package | (any)' ;;
    esac`;

  it('L-07 old kernels are removed by dnf, and not the running one; or by zypper', async () => {
    const uname = 'echo 5.14.0-503.el9.x86_64';
    const byDnf = endpoint({ dnf, uname });
    expect(await byDnf.run('Remove Old Kernels (Linux)')).toMatchObject({
      code: 0,
      facts: { removedKernels: 'kernel-core-5.14.0-427.el9.x86_64' },
    });
    expect(byDnf.calls()).toContain('dnf -q -y remove kernel-core-5.14.0-427.el9.x86_64');
    writeFileSync(join(byDnf.folder, 'none'), '');
    expect(await byDnf.run('Remove Old Kernels (Linux)')).toMatchObject({
      code: 0,
      facts: { removedKernels: '' },
    });
    expect(await endpoint({ zypper, uname }).run('Remove Old Kernels (Linux)')).toMatchObject({
      code: 0,
      facts: { removedKernels: 'kernel-default-5.14.21-150500.55.7' },
    });
    expect(await endpoint({ uname }).run('Remove Old Kernels (Linux)')).toMatchObject({ code: 3 });
  });

  it('L-07 packages are held by dnf and zypper', async () => {
    const hold = { ACTION: 'hold', PACKAGES: 'vim emacs' };
    const byDnf = endpoint({ dnf });
    expect(await byDnf.run('Hold Packages (Linux)', hold)).toMatchObject({ code: 0 });
    expect(byDnf.calls()[0]).toBe('dnf -q versionlock add vim emacs');
    const byZypper = endpoint({ zypper });
    expect(await byZypper.run('Hold Packages (Linux)', hold)).toMatchObject({
      code: 0,
      facts: { heldPackages: 'vim' },
    });
    expect(byZypper.calls()[0]).toBe('zypper --non-interactive addlock vim emacs');
    expect(await endpoint({}).run('Hold Packages (Linux)', hold)).toMatchObject({ code: 3 });
  });

  it('L-07 the clock is judged by ntpd', async () => {
    const check = (answer: string) => endpoint({ ntpq: `echo '${answer}'` }).run('Time Check (Linux)');
    expect(await check('leap=00, offset=-12.345')).toMatchObject({
      code: 0,
      facts: { timeSource: 'ntpd', timeSynchronized: 'true', timeOffsetMilliseconds: '12' },
    });
    expect(await check('leap=00, offset=2012.3')).toMatchObject({
      code: 1,
      facts: { timeSynchronized: 'false' },
    });
    expect(await check('leap=11, offset=0.000')).toMatchObject({
      code: 1,
      facts: { timeSynchronized: 'false' },
    });
    expect(await endpoint({}).run('Time Check (Linux)')).toMatchObject({ code: 3, facts: {} });
  });
});
