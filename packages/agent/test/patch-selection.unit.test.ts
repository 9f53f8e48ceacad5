import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { describe, expect, it } from 'vitest';
import { selectPatches } from '../src/patch/patch-selection.ts';
import { hintsReboot } from '../src/patch/reboot-hint.ts';

function patch(name: string, classification: 'security' | 'other' = 'other'): ApplicablePatch {
  return {
    id: `${name}=2`,
    title: name,
    package: name,
    currentVersion: '1',
    version: '2',
    classification,
    severity: 'unknown',
    cves: [],
    sizeBytes: null,
    rebootHint: false,
  };
}

const applicable = [patch('app'), patch('lib', 'security'), patch('multi:i386', 'security')];
const ids = (patches: readonly { id: string }[]): string[] => patches.map(({ id }) => id);

describe('selecting patches', () => {
  it('E-05 chooses all, or those for security', () => {
    expect(ids(selectPatches(applicable, { which: 'all', ids: [], exclude: [] }).chosen)).toEqual([
      'app=2',
      'lib=2',
      'multi:i386=2',
    ]);
    expect(ids(selectPatches(applicable, { which: 'security', ids: [], exclude: [] }).chosen)).toEqual([
      'lib=2',
      'multi:i386=2',
    ]);
  });

  it.each(['multi', 'multi:i386', 'multi:i386=2'])('E-05 leaves out what is excluded as %s', (exclude) => {
    const { chosen, excluded } = selectPatches(applicable, { which: 'all', ids: [], exclude: [exclude] });
    expect(ids(chosen)).toEqual(['app=2', 'lib=2']);
    expect(ids(excluded)).toEqual(['multi:i386=2']);
  });

  it('E-05 reports what is listed and not applicable, and why', () => {
    const { chosen, notApplicable } = selectPatches(applicable, {
      which: 'listed',
      ids: ['app=2', 'lib=1.5', 'none=3', 'multi:i386=2', 'app=2'],
      exclude: ['multi'],
    });
    expect(ids(chosen)).toEqual(['app=2']);
    expect(notApplicable.map(({ id, outcome, message }) => [id, outcome, message])).toEqual([
      ['lib=1.5', 'notApplicable', 'it is offered no more; version 2 is offered instead'],
      [
        'none=3',
        'notApplicable',
        'the endpoint has no use for it: it is installed already, not installed at all, or held back',
      ],
      ['multi:i386=2', 'notApplicable', 'it is excluded'],
    ]);
    expect(notApplicable[0]).toMatchObject({ fromVersion: '1', toVersion: '1.5', security: true });
  });
});

describe('the reboot hint', () => {
  it.each([
    'linux-image-6.1.0-42-cloud-amd64',
    'linux-image-amd64',
    'linux-generic',
    'libc6:i386',
    'systemd',
    'dbus',
    'intel-microcode',
  ])('E-03 is given for %s', (name) => {
    expect(hintsReboot(name)).toBe(true);
  });

  it.each(['linux-libc-dev', 'linux-perf', 'libc6-dev', 'systemd-container', 'bash'])(
    'E-03 is not given for %s',
    (name) => {
      expect(hintsReboot(name)).toBe(false);
    },
  );
});
