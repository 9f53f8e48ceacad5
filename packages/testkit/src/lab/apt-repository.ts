import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runOrThrow } from './run-command.ts';

/** A package as a test describes it; it holds one small file and, if asked for, a script of its own. */
export interface LabPackage {
  readonly name: string;
  readonly version: string;
  /** Published in the security suite. */
  readonly security?: boolean;
  /** Its installation asks for a reboot the way Debian's packages do, in /run/reboot-required. */
  readonly rebootRequired?: boolean;
  /** Other packages as in a control file: `lab-lib (>= 1.1), lab-new`. */
  readonly depends?: string;
  readonly conflicts?: string;
  /** Lines of `sh` that run before it is unpacked. */
  readonly preinst?: string;
  /** Lines of `sh` that run when it is configured: `exit 7` makes the installation fail. */
  readonly postinst?: string;
}

interface Suite {
  readonly codename: string;
  readonly release: string;
  readonly stanzas: string[];
}

const ASK_FOR_REBOOT = `echo '*** System restart required ***' >/run/reboot-required
grep -qsx "$DPKG_MAINTSCRIPT_PACKAGE" /run/reboot-required.pkgs || echo "$DPKG_MAINTSCRIPT_PACKAGE" >>/run/reboot-required.pkgs`;

/** An apt repository laid out as Debian's: one pool, a main suite and a security suite. */
export class AptRepository {
  readonly #directory: string;
  readonly #main: Suite;
  readonly #security: Suite;

  /** Makes an empty repository in `directory` for the Debian release of that code name. */
  constructor(directory: string, codename: string) {
    this.#directory = directory;
    this.#main = {
      codename,
      release: `Origin: Debian\nLabel: Debian\nSuite: stable\nCodename: ${codename}`,
      stanzas: [],
    };
    this.#security = {
      codename: `${codename}-security`,
      release: `Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nCodename: ${codename}-security`,
      stanzas: [],
    };
    mkdirSync(path.join(directory, 'pool/main'), { recursive: true });
    this.#writeIndex(this.#main);
    this.#writeIndex(this.#security);
  }

  /** The text of a sources.list by which an endpoint that sees the repository at `at` uses both suites. */
  sourcesList(at: string): string {
    return [this.#main, this.#security]
      .map(({ codename }) => `deb [trusted=yes] file:${at} ${codename} main\n`)
      .join('');
  }

  /** Builds the package and lists it; `apt-get update` on the endpoint then sees it. */
  async publish(labPackage: LabPackage): Promise<void> {
    const suite = labPackage.security ? this.#security : this.#main;
    const file = `pool/main/${labPackage.name}_${labPackage.version}_all.deb`;
    const target = path.join(this.#directory, file);
    const control = await build(labPackage, target);
    const content = await readFile(target);
    suite.stanzas.push(`${control}Filename: ${file}\nSize: ${content.length}\nSHA256: ${sha256(content)}\n`);
    this.#writeIndex(suite);
  }

  // In one go, so that packages published at the same time do not mix their indexes.
  #writeIndex({ codename, release, stanzas }: Suite): void {
    const index = stanzas.join('\n');
    const fresh = path.join(this.#directory, 'dists', `.${codename}.fresh`);
    const lists = 'main/binary-all/Packages';
    mkdirSync(path.join(fresh, path.dirname(lists)), { recursive: true });
    writeFileSync(path.join(fresh, lists), index);
    writeFileSync(
      path.join(fresh, 'Release'),
      `${release}\nDate: ${new Date().toUTCString()}\nArchitectures: all\nComponents: main\n` +
        `SHA256:\n ${sha256(index)} ${Buffer.byteLength(index)} ${lists}\n`,
    );
    const current = path.join(this.#directory, 'dists', codename);
    rmSync(current, { recursive: true, force: true });
    renameSync(fresh, current);
  }
}

/** Builds the .deb file and returns its control paragraph. */
async function build(labPackage: LabPackage, target: string): Promise<string> {
  const { name, version, depends, conflicts, preinst, postinst = '', rebootRequired = false } = labPackage;
  const control =
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: Lab <lab@example.test>\n` +
    (depends ? `Depends: ${depends}\n` : '') +
    (conflicts ? `Conflicts: ${conflicts}\n` : '') +
    `Priority: optional\nSection: misc\nDescription: package ${name} of the endpoint lab\n`;
  const tree = path.join(path.dirname(target), `.${randomUUID()}`);
  const content = path.join(tree, 'usr/share', name);
  await mkdir(path.join(tree, 'DEBIAN'), { recursive: true, mode: 0o755 });
  await mkdir(content, { recursive: true, mode: 0o755 });
  await writeFile(path.join(content, 'version'), `${version}\n`, { mode: 0o644 });
  await writeFile(path.join(tree, 'DEBIAN/control'), control);
  if (preinst !== undefined) {
    await writeFile(path.join(tree, 'DEBIAN/preinst'), `#!/bin/sh\nset -e\n${preinst}\n`, { mode: 0o755 });
  }
  const lines = ['#!/bin/sh', 'set -e', ...(rebootRequired ? [ASK_FOR_REBOOT] : []), postinst, ''];
  await writeFile(path.join(tree, 'DEBIAN/postinst'), lines.join('\n'), { mode: 0o755 });
  await runOrThrow(['dpkg-deb', '--root-owner-group', '-Zgzip', '--build', tree, target]);
  rmSync(tree, { recursive: true });
  return control;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
