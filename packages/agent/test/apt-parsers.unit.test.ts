import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePackageDetails, parseSecurityBacked } from '../src/patch/apt-details.ts';
import {
  parseDpkgErrors,
  parseFetchErrors,
  parseLockHolder,
  parseRefreshProblems,
  parseStatusErrors,
} from '../src/patch/apt-failures.ts';
import { auditedPackages, lockingProcess } from '../src/patch/apt-readiness.ts';
import { errorLines, parseSimulation, refusalReason } from '../src/patch/apt-simulation.ts';
import { isInstalled, parseDpkgStatus } from '../src/patch/dpkg-status.ts';
import { fixture } from './fixture.ts';

describe('the simulation', () => {
  it("E-03 tells upgrades, versions and security apart in Debian's output", () => {
    const { installs, unfinished, removals } = parseSimulation(fixture('apt/dist-upgrade-debian.txt'));
    const byName = new Map(installs.map((one) => [one.name, one]));
    expect(byName.get('perl-base')).toEqual({
      name: 'perl-base',
      architecture: 'amd64',
      currentVersion: '5.36.0-7+deb12u2',
      version: '5.36.0-7+deb12u4',
      security: true,
    });
    expect(byName.get('libcap2')).toMatchObject({
      version: '1:2.66-4+deb12u3+b1',
      architecture: 'amd64',
      security: false,
    });
    // In the main and in the security archive.
    expect(byName.get('libgcrypt20')).toMatchObject({ security: true });
    expect(byName.get('libpam-modules-bin')).toMatchObject({ security: false });
    expect(unfinished).toEqual([]);
    expect(removals).toEqual([]);
  });

  it('E-03 tells new, foreign, unfinished and removed packages apart', () => {
    const { installs, unfinished, removals } = parseSimulation(fixture('apt/dist-upgrade-lab.txt'));
    expect(installs.find(({ name }) => name === 'lab-zap')).toMatchObject({ currentVersion: null });
    expect(installs.filter(({ name }) => name.startsWith('lab-multi'))).toEqual([
      {
        name: 'lab-multi:i386',
        architecture: 'i386',
        currentVersion: '1:1.0-1',
        version: '1:1.0-2+deb12u1',
        security: true,
      },
      {
        name: 'lab-multi',
        architecture: 'amd64',
        currentVersion: '1:1.0-1',
        version: '1:1.0-2+deb12u1',
        security: true,
      },
    ]);
    expect(unfinished.map(({ name, version }) => [name, version])).toEqual([
      ['lab-pair1', '1.4'],
      ['lab-bad', '1.4'],
    ]);
    expect(removals).toEqual(['lab-user']);
  });

  it.each([
    ['(1.1 Ubuntu:22.04/jammy-security, Ubuntu:22.04/jammy-updates [amd64])', true],
    ['(1.1 UbuntuESM:22.04/jammy-infra-security [amd64])', true],
    ['(1.1 Debian-Security:12/oldstable [all])', true],
    ['(1.1 Ubuntu:22.04/jammy-updates [amd64])', false],
    ['(1.1 A Vendor With Blanks:stable [amd64])', false],
    ['(1.1 [all])', false],
  ])('E-03 takes %s for security: %s', (change, security) => {
    expect(parseSimulation(`Inst one [1.0] ${change}`).installs).toMatchObject([
      { name: 'one', version: '1.1', currentVersion: '1.0', security },
    ]);
  });

  it.each(['refused-dependency', 'refused-removal'])('says in words why apt refuses: %s', (name) => {
    const reason = refusalReason(fixture(`apt/${name}.stdout.txt`), fixture(`apt/${name}.stderr.txt`));
    expect(reason).toBe(
      name === 'refused-removal'
        ? 'it can be installed only by removing lab-user, and patching never removes packages'
        : 'unmet dependencies: lab-app : Depends: lab-zap but it is not going to be installed',
    );
  });

  it("falls back to apt's error lines", () => {
    expect(refusalReason('', "E: Version '1.7' for 'lab-app' was not found\n")).toBe(
      "Version '1.7' for 'lab-app' was not found",
    );
    expect(refusalReason('', '')).toBe('apt-get gave no reason');
  });
});

describe('the package lists', () => {
  it('E-03 give sizes and summaries', () => {
    const details = parsePackageDetails(fixture('apt/show-debian.txt'));
    expect(details.get('bash:amd64=5.2.15-2+b13')).toEqual({
      sizeBytes: 1490652,
      summary: 'GNU Bourne Again SHell',
    });
    expect(details.get('tzdata:all=2026f-0+deb12u1')).toEqual({
      sizeBytes: 307832,
      summary: 'time zone and daylight-saving time data',
    });
  });

  it('E-03 tell when a version from elsewhere contains a security fix', () => {
    expect(parseSecurityBacked(fixture('apt/policy-debian.txt'))).toEqual(
      new Set(['libssl3', 'libgcrypt20', 'perl', 'linux-perf']),
    );
    const table = (security: string): string =>
      `one:\n  Installed: 1.0\n  Candidate: 1.3\n  Version table:\n${security === '1.4' ? row('1.4') : ''}     1.3 500\n        500 http://mirror.example.org/debian bookworm/main amd64 Packages\n${security === '1.2' ? row('1.2') : ''} *** 1.0 100\n        100 /var/lib/dpkg/status\n${security === '0.9' ? row('0.9') : ''}`;
    const row = (version: string): string =>
      `     ${version} 500\n        500 http://security.example.test/debian bookworm-security/main amd64 Packages\n`;
    expect(parseSecurityBacked(table('1.2'))).toEqual(new Set(['one']));
    expect(parseSecurityBacked(table('1.4'))).toEqual(new Set());
    expect(parseSecurityBacked(table('0.9'))).toEqual(new Set());
  });
});

describe('failures', () => {
  it("E-05 carry dpkg's words and what the package itself printed", () => {
    // apt gives dpkg a terminal, which ends lines so.
    const failures = parseDpkgErrors(fixture('apt/install-postinst-fails.txt').replaceAll('\n', '\r\n'));
    expect(failures).toEqual([
      {
        name: 'lab-bad',
        architecture: null,
        message:
          'boom\n installed lab-bad package post-installation script subprocess returned error exit status 7',
      },
      {
        name: 'lab-pair1',
        architecture: null,
        message:
          'dpkg: dependency problems prevent configuration of lab-pair1:\n lab-pair1 depends on lab-bad (>= 1.1); however:\n  Package lab-bad is not configured yet.\n dependency problems - leaving unconfigured',
      },
    ]);
  });

  it('E-05 name the package of a file that cannot be unpacked', () => {
    expect(parseDpkgErrors(fixture('apt/install-preinst-fails.txt'))).toMatchObject([
      { name: 'lab-pre', architecture: 'all', message: expect.stringContaining('no room here') },
    ]);
  });

  it("E-04 are read from apt's machine-readable status", () => {
    expect(parseStatusErrors(fixture('apt/status-postinst-fails.txt'))).toEqual([
      {
        name: 'lab-bad',
        architecture: null,
        message: 'installed lab-bad package post-installation script subprocess returned error exit status 7',
      },
      { name: 'lab-pair1', architecture: null, message: 'dependency problems - leaving unconfigured' },
    ]);
    expect(parseStatusErrors('pmerror:libc6:i386:45.4545:out: of disk')).toEqual([
      { name: 'libc6', architecture: 'i386', message: 'out: of disk' },
    ]);
  });

  it('E-05 name the packages that could not be fetched', () => {
    expect(parseFetchErrors(fixture('apt/fetch-fails.txt')).map(({ name }) => name)).toEqual([
      'lab-newdep2',
      'lab-lib',
    ]);
  });

  it('E-03 name the repositories that could not be refreshed', () => {
    const problems = parseRefreshProblems(fixture('apt/update-fails.txt'));
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('http://127.0.0.1:9/x/dists/bookworm/InRelease');
  });

  it.each([
    [
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 6827 (unattended-upgr)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
      'unattended-upgr (process 6827)',
    ],
    ['dpkg: error: dpkg frontend lock was locked by another process with pid 6827', 'process 6827'],
    ['E: Unable to lock directory /var/lib/apt/lists/', 'another process'],
    ["E: Version '1.7' for 'lab-app' was not found", null],
  ])('E-04 %s', (errors, holder) => {
    expect(parseLockHolder(errors)).toBe(holder);
  });
});

describe("dpkg's database", () => {
  it('E-05 tells what is installed and what is half done', () => {
    const packages = parseDpkgStatus(fixture('apt/dpkg-status-lab.txt'));
    const state = (key: string) => {
      const known = packages.get(key);
      return known && [known.version, isInstalled(known), known.configuredVersion];
    };
    expect(state('lab-app:all')).toEqual(['1.2', true, null]);
    expect(state('lab-gone:all')).toEqual(['1.0', true, null]);
    expect(state('lab-bad:all')).toEqual(['1.4', false, '1.2']);
    expect(state('lab-pair1:all')).toEqual(['1.4', false, '1.1']);
    expect(state('lab-multi:i386')).toEqual(['1:1.0-1', true, null]);
  });

  it('E-10 tells which packages its audit finds', () => {
    expect(auditedPackages(fixture('apt/dpkg-audit-lab.txt'))).toEqual(['lab-pair1', 'lab-bad']);
    expect(auditedPackages('')).toEqual([]);
  });

  it("E-10 is found locked by the kernel's table", () => {
    const table =
      '1: FLOCK  ADVISORY  WRITE 100 00:27:42 0 EOF\n2: POSIX  ADVISORY  READ  101 00:27:42 0 EOF\n3: POSIX  ADVISORY  WRITE 6827 00:27:42 0 EOF\n';
    expect(lockingProcess(table, 42)).toBe(6827);
    expect(lockingProcess(table, 43)).toBeNull();
  });
});

describe('parsers', () => {
  const recorded = fc.constantFrom(
    ...['dist-upgrade-lab', 'install-postinst-fails', 'policy-debian', 'show-debian', 'dpkg-status-lab'].map(
      (name) => fixture(`apt/${name}.txt`),
    ),
  );
  /** Real output with something cut out and something put in. */
  const damaged = fc
    .tuple(recorded, fc.nat(2000), fc.nat(200), fc.string({ unit: 'binary' }))
    .map(([text, at, length, noise]) => text.slice(0, at) + noise + text.slice(at + length));

  it('never throw, whatever a tool prints', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged), (text) => {
        for (const parse of [
          parseSimulation,
          parsePackageDetails,
          parseSecurityBacked,
          parseDpkgErrors,
          parseFetchErrors,
          parseLockHolder,
          parseRefreshProblems,
          parseStatusErrors,
          parseDpkgStatus,
          auditedPackages,
          errorLines,
        ]) {
          parse(text);
        }
        refusalReason(text, text);
        lockingProcess(text, 1);
      }),
    );
  });
});
