import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PatchSelection } from '@patchbay/contracts/activity-order';
import { applicablePatch, patchResult } from '@patchbay/contracts/inventory';
import { AptRepository } from '@patchbay/testkit/lab/apt-repository';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../src/execute/search-path.ts';
import { createAptProvider } from '../src/patch/apt.ts';

const hasApt = ['apt-get', 'apt-cache', 'dpkg-query', 'dpkg-deb'].every((name) => findProgram(name) !== null);

/** The host's own apt on a system of its own: lists, sources and dpkg's database are in a directory of the test. */
describe.skipIf(!hasApt)(`apt with a database of its own${hasApt ? '' : ': needs apt'}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'patchbay-apt-'));
  const repository = join(root, 'repository');
  const environment = { APT_CONFIG: join(root, 'apt.conf'), DPKG_ADMINDIR: join(root, 'dpkg') };
  const refreshes: (readonly string[])[] = [];
  const provider = createAptProvider({
    isRoot: true,
    rebootNeed: async () => ({ needed: false, reasons: [] }),
    environment,
    onRefresh: (problems) => refreshes.push(problems),
  });
  const { signal } = new AbortController();
  const scan = () => provider.scan({ log: () => {}, signal });

  function installed(name: string, version: string, status = 'install ok installed', more = ''): string {
    return `Package: ${name}\nStatus: ${status}\nVersion: ${version}\nArchitecture: all\nMaintainer: Lab <lab@example.test>\nDescription: ${name}\n${more}\n`;
  }

  async function simulate(selection: Partial<PatchSelection>): Promise<Record<string, string>> {
    const { patches } = await provider.apply(
      {
        kind: 'patch',
        simulate: true,
        selection: { which: 'all', ids: [], exclude: [], ...selection },
        lockWaitMs: 0,
        timeoutMs: 60_000,
        outputLimitBytes: 100_000,
      },
      { onOutput: () => {}, signal },
    );
    return Object.fromEntries(
      patches
        .map((patch) => patchResult.parse(patch))
        .map(({ id, outcome, message }) => [id, message ?? outcome]),
    );
  }

  beforeAll(async () => {
    for (const name of [
      'lists/partial',
      'cache/archives/partial',
      'dpkg/updates',
      'dpkg/info',
      'log',
      'etc',
    ]) {
      mkdirSync(join(root, name), { recursive: true });
    }
    const status = [
      installed('lab-app', '1.0'),
      installed('lab-base', '1.0'),
      installed('lab-fixed', '1.0'),
      installed('lab-half', '1.1', 'install ok half-configured', 'Config-Version: 1.0\n'),
      installed('lab-held', '1.0', 'hold ok installed'),
      installed('lab-rival', '1.0'),
      installed('lab-friend', '1.0'),
      installed('lab-current', '1.0'),
    ];
    writeFileSync(join(root, 'dpkg/status'), `${status.join('\n')}\n`);
    const offers = new AptRepository(repository, 'labstable');
    await offers.publish({ name: 'lab-app', version: '1.1', depends: 'lab-base (>= 1.1), lab-new' });
    await offers.publish({ name: 'lab-base', version: '1.1' });
    await offers.publish({ name: 'lab-new', version: '1.0' });
    await offers.publish({ name: 'lab-fixed', version: '1.1', security: true });
    await offers.publish({ name: 'lab-fixed', version: '1.2' });
    await offers.publish({ name: 'lab-half', version: '1.1' });
    await offers.publish({ name: 'lab-held', version: '1.1' });
    await offers.publish({ name: 'lab-rival', version: '1.1', conflicts: 'lab-friend' });
    writeFileSync(join(root, 'etc/sources.list'), offers.sourcesList(repository));
    writeFileSync(
      environment.APT_CONFIG,
      [
        `Dir::State "${root}";`,
        `Dir::State::lists "${root}/lists";`,
        `Dir::State::status "${root}/dpkg/status";`,
        `Dir::State::extended_states "${root}/extended_states";`,
        `Dir::Cache "${root}/cache";`,
        `Dir::Etc "${root}/etc";`,
        `Dir::Etc::main "/dev/null";`,
        `Dir::Etc::parts "/dev/null";`,
        `Dir::Log "${root}/log";`,
        'APT::Sandbox::User "root";',
        'APT::Architecture "amd64";',
        'APT::Architectures { "amd64"; };',
        'Acquire::Retries "0";',
        '',
      ].join('\n'),
    );
  });

  afterAll(() => rmSync(root, { recursive: true }));

  it('E-03 scan refreshes the lists and finds what is applicable, unfinished installations too', async () => {
    const found = (await scan())
      .map((patch) => applicablePatch.parse(patch))
      .sort((one, other) => one.id.localeCompare(other.id));
    expect(
      found.map(({ id, currentVersion, classification }) => [id, currentVersion, classification]),
    ).toEqual([
      ['lab-app=1.1', '1.0', 'other'],
      ['lab-base=1.1', '1.0', 'other'],
      // 1.1 is in the security suite, so 1.2 contains its fix.
      ['lab-fixed=1.2', '1.0', 'security'],
      ['lab-half=1.1', '1.0', 'other'],
      ['lab-rival=1.1', '1.0', 'other'],
    ]);
    expect(refreshes).toEqual([[]]);
  });

  it('E-05 simulating says what would be installed, and why not what would not', async () => {
    await scan();
    expect(await simulate({})).toEqual({
      'lab-app=1.1': 'wouldInstall',
      'lab-base=1.1': 'wouldInstall',
      'lab-fixed=1.2': 'wouldInstall',
      'lab-rival=1.1': 'it can be installed only by removing lab-friend, and patching never removes packages',
      'lab-half=1.1': 'wouldInstall',
    });
    expect(await simulate({ which: 'security' })).toEqual({ 'lab-fixed=1.2': 'wouldInstall' });
    expect(await simulate({ which: 'listed', ids: ['lab-base=1.1', 'lab-current=1.0'] })).toEqual({
      'lab-base=1.1': 'wouldInstall',
      'lab-current=1.0': expect.stringContaining('no use for it'),
    });
  });

  it.each(['lab-base', 'lab-new'])(
    'E-05 given an exclusion of %s, then a patch that needs it is refused rather than the exclusion broken',
    async (excluded) => {
      await scan();
      const outcomes = await simulate({ exclude: [excluded] });
      expect(outcomes['lab-app=1.1']).toMatch(/^unmet dependencies: lab-app : Depends: lab-(?:base|new)/);
      expect(outcomes['lab-fixed=1.2']).toBe('wouldInstall');
      expect(Object.keys(outcomes)).not.toContain(`${excluded}=1.1`);
    },
  );

  it('E-04 given broken package sources, then the scan fails with what apt says', async () => {
    const sources = join(root, 'etc/sources.list');
    const before = readFileSync(sources, 'utf8');
    writeFileSync(sources, 'nonsense\n');
    await expect(scan()).rejects.toThrow(/package lists could not be refreshed: .*sources\.list/);
    writeFileSync(sources, before);
  });

  it('E-04 given an agent without root, then it scans with the lists that are there and refuses to install', async () => {
    await scan();
    const said: string[] = [];
    const unprivileged = createAptProvider({
      isRoot: false,
      rebootNeed: async () => ({ needed: false, reasons: [] }),
      environment,
    });
    expect(await unprivileged.scan({ log: (text) => said.push(text), signal })).toHaveLength(5);
    expect(said).toEqual(['the agent is not root: the package lists are used as they are']);
    const work = {
      kind: 'patch',
      simulate: false,
      selection: { which: 'all', ids: [], exclude: [] },
      lockWaitMs: 0,
      timeoutMs: 60_000,
      outputLimitBytes: 100_000,
    } as const;
    await expect(
      unprivileged.apply(
        { ...work, selection: { which: 'all', ids: [], exclude: [] } },
        { onOutput: () => {}, signal },
      ),
    ).rejects.toThrow('does not run as root');
  });
});
