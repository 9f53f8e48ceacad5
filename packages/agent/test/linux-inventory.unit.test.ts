import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipText } from '../src/clip-text.ts';
import { localMounts, parseMounts } from '../src/inventory/linux-disks.ts';
import { parseWho, uptimeSeconds } from '../src/inventory/linux-inventory.ts';
import { parseOsRelease } from '../src/inventory/os-release.ts';

describe('the facts of a Linux endpoint', () => {
  it('E-02 read the distribution, quoted or not', () => {
    const fields = parseOsRelease(
      '# comment\nNAME="Debian GNU/Linux"\nID=debian\nVERSION=\'12 (book"worm)\'\nPRETTY_NAME="a \\"b\\" \\$c"\n\nbroken\n',
    );
    expect(Object.fromEntries(fields)).toEqual({
      NAME: 'Debian GNU/Linux',
      ID: 'debian',
      VERSION: '12 (book"worm)',
      PRETTY_NAME: 'a "b" $c',
    });
  });

  it('E-02 name the local file systems, each once by its shortest path', () => {
    const mounts = parseMounts(
      [
        'proc /proc proc rw 0 0',
        '/dev/vda2 /srv/with\\040blank ext4 rw 0 0',
        'overlay / overlay rw 0 0',
        '/dev/vda1 /var/lib/docker ext4 rw 0 0',
        '/dev/vda1 /var ext4 rw 0 0',
        '/dev/loop1 /snap/core squashfs ro 0 0',
        'server:/export /mnt/nfs nfs4 rw 0 0',
        'tank/home /home zfs rw 0 0',
        '',
      ].join('\n'),
    );
    expect(localMounts(mounts).map(({ directory }) => directory)).toEqual([
      '/',
      '/var',
      '/home',
      '/srv/with blank',
    ]);
  });

  it('E-02 read the sessions of logged-in users', () => {
    expect(
      parseWho(
        'root     pts/0        2026-11-20 22:45 (192.0.2.7)\nalice    tty2         2026-11-20 08:00\n\n',
      ),
    ).toEqual([
      { name: 'root', terminal: 'pts/0' },
      { name: 'alice', terminal: 'tty2' },
    ]);
  });

  it("E-02 count a container's uptime from its own start", () => {
    const stat = `1 (a) b) S ${'0 '.repeat(18)}5000 0 0`;
    expect(uptimeSeconds(1000, stat)).toBe(950);
    expect(uptimeSeconds(1000, '')).toBe(1000);
    expect(uptimeSeconds(10, stat)).toBe(10);
  });

  it('never fail on what files and tools hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (content, max) => {
        parseOsRelease(content);
        localMounts(parseMounts(content));
        parseWho(content);
        expect(uptimeSeconds(5, content)).toBeGreaterThanOrEqual(0);
        const clipped = clipText(content, max);
        expect(clipped.length).toBeLessThanOrEqual(max);
        expect(clipped.isWellFormed() && !clipped.includes('\0')).toBe(true);
      }),
    );
  });
});
