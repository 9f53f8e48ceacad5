import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareReleases, kernelFlavour, newerKernel } from '../src/reboot/kernel-release.ts';
import { isContainer, judgeRebootEvidence, readRebootEvidence } from '../src/reboot/linux-reboot-need.ts';

describe('kernel releases', () => {
  it.each([
    ['6.1.0-42-amd64', 'amd64'],
    ['6.1.0-42-cloud-amd64', 'cloud-amd64'],
    ['6.12.22+bpo-amd64', 'amd64'],
    ['6.1.0-0.deb11.5-amd64', 'amd64'],
    ['6.8.0-45-generic', 'generic'],
    ['5.14.0-427.13.1.el9_4.x86_64', 'x86_64'],
    ['5.14.0-503.11.1.el9_5.x86_64', 'x86_64'],
    ['5.14.21-150500.55.7-default', 'default'],
    ['6.1.0', ''],
  ])('E-06 %s is of the flavour "%s"', (release, flavour) => {
    expect(kernelFlavour(release)).toBe(flavour);
  });

  it('E-06 are ordered by the value of their numbers', () => {
    const inOrder = [
      '5.10.0-9-amd64',
      '6.1.0-9-amd64',
      '6.1.0-10-amd64',
      '6.1.0-10-cloud-amd64',
      '6.12.1-amd64',
    ];
    expect([...inOrder].reverse().sort(compareReleases)).toEqual(inOrder);
  });

  it('have an order that does not depend on which comes first', () => {
    const release = fc.stringMatching(/^[0-9a-z.+-]{0,12}$/);
    fc.assert(
      fc.property(release, release, (one, other) => {
        expect(Math.sign(compareReleases(one, other))).toBe(-Math.sign(compareReleases(other, one)) || 0);
      }),
    );
  });

  it('E-06 given a newer kernel of the same flavour, then it is told', () => {
    const installed = ['6.1.0-9-amd64', '6.1.0-42-amd64', '6.1.0-50-cloud-amd64', '6.1.0-10-amd64'];
    expect(newerKernel('6.1.0-10-amd64', installed)).toBe('6.1.0-42-amd64');
    expect(newerKernel('6.1.0-42-amd64', installed)).toBeNull();
    expect(newerKernel('6.1.0-50-cloud-amd64', installed)).toBeNull();
  });

  it('E-06 given a kernel from outside, then the installed ones say nothing', () => {
    expect(newerKernel('6.18.44-microvm', ['6.1.0-42-amd64'])).toBeNull();
  });
});

describe('the need of a reboot', () => {
  let root: string;
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const need = async (isContained = false) =>
    judgeRebootEvidence(
      await readRebootEvidence(root, isContained, '6.1.0-10-amd64', '#1 SMP Debian 6.1.38-1 (2023)'),
    );

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'patchbay-reboot-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('E-06 is not there on an endpoint that shows no evidence', async () => {
    expect(await need()).toEqual({ needed: false, reasons: [] });
  });

  it('E-06 names the packages that asked for it, each once', async () => {
    write('run/reboot-required', '*** System restart required ***\n');
    expect(await need()).toEqual({
      needed: true,
      reasons: ['requested by the system (/run/reboot-required)'],
    });
    write('run/reboot-required.pkgs', 'libc6\nlinux-image-6.1.0-42-amd64\nlibc6\n');
    expect((await need()).reasons).toEqual([
      'requested by libc6, linux-image-6.1.0-42-amd64 (/run/reboot-required)',
    ]);
  });

  it('E-06 looks into /var/run where that is a directory of its own', async () => {
    write('var/run/reboot-required', '');
    expect((await need()).needed).toBe(true);
  });

  it('E-06 names the newer kernel, by images or, where there are none, by modules', async () => {
    write('lib/modules/6.1.0-10-amd64/modules.order', '');
    write('lib/modules/6.1.0-42-amd64/modules.order', '');
    const reasons = ['kernel 6.1.0-10-amd64 is running, 6.1.0-42-amd64 is installed'];
    expect(await need()).toEqual({ needed: true, reasons });
    // Modules of a removed kernel may stay; its image does not.
    write('boot/vmlinuz-6.1.0-10-amd64', '');
    write('boot/vmlinuz-0-rescue-0123', '');
    expect(await need()).toEqual({ needed: false, reasons: [] });
    write('boot/vmlinuz-6.1.0-42-amd64', '');
    expect(await need()).toEqual({ needed: true, reasons });
  });

  it('E-06 is not judged by the kernel in a container', async () => {
    write('boot/vmlinuz-6.1.0-10-amd64', '');
    write('boot/vmlinuz-6.1.0-42-amd64', '');
    expect(isContainer(root)).toBe(false);
    write('run/systemd/container', 'systemd-nspawn');
    expect(isContainer(root)).toBe(true);
    expect(await need(isContainer(root))).toEqual({ needed: false, reasons: [] });
  });

  it('E-06 is there when the running kernel was rebuilt under the same release', () => {
    const kernel = {
      running: '6.1.0-10-amd64',
      build: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.38-1 (2023-07-14)',
      installed: ['6.1.0-10-amd64'],
      packageVersion: '6.1.38-2',
    };
    expect(judgeRebootEvidence({ requestedBy: null, kernel }).reasons).toEqual([
      'kernel 6.1.0-10-amd64 is running as built in 6.1.38-1, 6.1.38-2 is installed',
    ]);
    for (const packageVersion of ['6.1.38-1', null]) {
      expect(judgeRebootEvidence({ requestedBy: null, kernel: { ...kernel, packageVersion } }).needed).toBe(
        false,
      );
    }
  });
});
