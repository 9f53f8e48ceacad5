import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { waitFor } from '../wait-for.ts';
import { AptRepository, type LabPackage } from './apt-repository.ts';
import { type Boot, Container } from './container.ts';
import { type EndpointHold, holdEndpoint } from './endpoint-hold.ts';
import { debianCodename } from './lab-available.ts';
import { type LabImageKind, labDirectory, prepareLabImage } from './lab-image.ts';
import { type CommandOptions, type CommandResult, outputOf, runCommand } from './run-command.ts';

/** Where an endpoint sees the Node that runs the test, and the checkout that the test is in; both read only. */
export const endpointNode = '/usr/local/bin/node';
export const endpointCheckout = '/opt/patchbay-checkout';

const REPOSITORY = '/srv/apt';
const CHECKOUT = path.resolve(import.meta.dirname, '../../../..');
const BOOT_LIMIT_MS = 60_000;
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};

// apt and dpkg use POSIX locks, which the flock command does not take; perl needs the kernel's structure for one.
const HOLD_APT_LOCK = `
use Fcntl;
$| = 1;
my $whole_file = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
for my $name ("lock-frontend", "lock") {
  open($held{$name}, "+>>", "/var/lib/dpkg/$name") or die "$name: $!";
  fcntl($held{$name}, F_SETLKW, $whole_file) or die "$name: $!";
}
print "held";
<STDIN>;
`;

export interface LabEndpointOptions {
  /** Its host name. Several endpoints may bear the same. */
  readonly name: string;
  /** Published in its repository and installed from there. */
  readonly packages?: readonly LabPackage[];
  /** Whether `at` is installed. Default: true. */
  readonly withAt?: boolean;
  /** Default: `server`. */
  readonly kind?: LabImageKind;
}

/** Boots an endpoint of its own: a Debian with systemd, this machine's network, and its own apt repository. */
export async function startLabEndpoint(options: LabEndpointOptions): Promise<LabEndpoint> {
  const { name, packages = [], withAt = true, kind = 'server' } = options;
  const id = randomUUID().slice(0, 8);
  const image = await prepareLabImage(kind);
  const hold = await holdEndpoint(path.join(labDirectory(), 'endpoints'), id, image);
  const container = new Container(
    hold,
    `${name}-${id}`,
    new Map([
      [endpointNode, realpathSync(process.execPath)],
      [endpointCheckout, CHECKOUT],
    ]),
  );
  try {
    const etc = path.join(hold.rootFromHere, 'etc');
    const repository = new AptRepository(hold.rootFromHere + REPOSITORY, debianCodename());
    writeFileSync(path.join(etc, 'hostname'), `${name}\n`);
    writeFileSync(path.join(etc, 'hosts'), `127.0.0.1 localhost ${name}\n`);
    writeFileSync(path.join(etc, 'machine-id'), `${randomUUID().replaceAll('-', '')}\n`);
    writeFileSync(path.join(etc, 'apt/sources.list'), repository.sourcesList(REPOSITORY));
    for (const labPackage of packages) await repository.publish(labPackage);

    container.powerOn();
    const endpoint = new LabEndpoint(name, id, hold, container, repository);
    await endpoint.waitForBoot();
    if (!withAt) await endpoint.execOrThrow(['dpkg', '--purge', 'at']);
    await endpoint.execOrThrow(['apt-get', 'update', '-qq']);
    if (packages.length > 0) {
      await endpoint.execOrThrow([
        'apt-get',
        'install',
        '-y',
        '-qq',
        ...packages.map(({ name, version }) => `${name}=${version}`),
      ]);
    }
    return endpoint;
  } catch (error) {
    const console = container.consoleTail();
    await container.cutPower();
    await hold.release();
    throw new Error(`endpoint ${name} did not start; its console:\n${console}`, { cause: error });
  }
}

/** A booted endpoint. `await using` stops it at the end of the block. */
export class LabEndpoint {
  readonly name: string;
  /** Names its files, processes and control group on this machine. */
  readonly id: string;
  readonly #hold: EndpointHold;
  readonly #container: Container;
  readonly #repository: AptRepository;
  #stopped: Promise<void> | undefined;

  /** Made by `startLabEndpoint`. */
  constructor(name: string, id: string, hold: EndpointHold, container: Container, repository: AptRepository) {
    this.name = name;
    this.id = id;
    this.#hold = hold;
    this.#container = container;
    this.#repository = repository;
  }

  /** Every boot so far, oldest first. */
  get boots(): readonly Boot[] {
    return this.#container.boots;
  }

  /** How often it rebooted by its own wish; a cut of its power does not count. */
  get reboots(): number {
    return this.#container.reboots;
  }

  /**
   * Runs a command as root inside, with `env` added to a plain environment. Rejects while the endpoint is
   * powered off or between two boots; a reboot that overtakes the command ends it with code 137.
   */
  async exec(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.#inside(command), { ...options, env: { ...ENVIRONMENT, ...options.env } });
  }

  /** As `exec`, and rejects with all output unless the command exits with 0. Returns its standard output. */
  async execOrThrow(command: readonly string[], options: CommandOptions = {}): Promise<string> {
    return outputOf(command, await this.exec(command, options));
  }

  /** The kernel's boot id as the agent sees it: another one after each boot. */
  async bootId(): Promise<string> {
    const bootId = this.#container.bootId();
    if (bootId === undefined) throw new Error(`endpoint ${this.name} is not booted`);
    return bootId;
  }

  /** Resolves with the boot id when a boot is complete; with `after`, only a boot other than that one counts. */
  async waitForBoot(after?: string): Promise<string> {
    return waitFor(
      async () => {
        // Nobody enters to look: the system would wait for visitors before it reboots, up to ten seconds.
        const bootId = await this.bootId();
        if (bootId === after) throw new Error('it has not rebooted yet');
        const state = (await this.exec(['systemctl', 'is-system-running'])).stdout.trim();
        if (state !== 'running' && state !== 'degraded') throw new Error(`its systemd is ${state}`);
        return bootId;
      },
      { timeoutMs: BOOT_LIMIT_MS, what: `endpoint ${this.name} to boot` },
    );
  }

  /** Offers a package, or another version of one, to the endpoint's next `apt-get update`. */
  async publishPackage(labPackage: LabPackage): Promise<void> {
    await this.#repository.publish(labPackage);
  }

  /** Takes the locks that a running `apt-get install` holds. Returns the function that gives them back. */
  async holdAptLock(): Promise<() => Promise<void>> {
    const [file = '', ...args] = this.#inside(['perl', '-e', HOLD_APT_LOCK]);
    const holder = spawn(file, args, { env: ENVIRONMENT, detached: true });
    const exit = once(holder, 'exit');
    const complaints = text(holder.stderr);
    await Promise.race([
      once(holder.stdout, 'data'),
      exit.then(async () => Promise.reject(new Error(`cannot hold apt's lock: ${await complaints}`))),
    ]);
    return async () => {
      holder.stdin.end();
      await exit;
    };
  }

  /** The text of a file inside. */
  async readFile(file: string): Promise<string> {
    return this.execOrThrow(['cat', file]);
  }

  /** Writes a file inside, and its directory where missing. `mode` in octal, such as `600`. */
  async writeFile(file: string, content: string | Uint8Array, mode = '644'): Promise<void> {
    const write = 'umask 077; mkdir -p -m 755 "$(dirname "$0")"; cat >"$0"; chmod "$1" "$0"';
    await this.execOrThrow(['sh', '-ceu', write, file, mode], { input: content });
  }

  /** Installs a systemd unit, such as `patchbay-agent.service`, enables it for every boot and starts it. */
  async installUnit(name: string, unitText: string): Promise<void> {
    await this.writeFile(`/etc/systemd/system/${name}`, unitText);
    await this.execOrThrow(['systemctl', 'daemon-reload']);
    await this.execOrThrow(['systemctl', 'enable', '--now', name]);
  }

  /** Cuts its power: all processes end at once. Files written stay, synced or not, for `powerOn`. */
  async kill(): Promise<void> {
    await this.#container.cutPower();
  }

  /** Boots it again after `kill` or after it powered itself off; `waitForBoot` tells when it is up. */
  powerOn(): void {
    this.#container.powerOn();
  }

  /** Ends it and removes every trace of it. May be called more than once. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#remove();
    await this.#stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #remove(): Promise<void> {
    try {
      await this.#container.cutPower();
    } finally {
      await this.#hold.release();
    }
  }

  #inside(command: readonly string[]): string[] {
    const leader = this.#container.leader();
    if (leader === undefined) throw new Error(`endpoint ${this.name} is not booted`);
    const enter = ['nsenter', `--target=${leader}`, '--mount', '--uts', '--ipc', '--pid', '--no-fork', '--'];
    // Left to itself, nsenter stops for ever when a system that shuts down stops its processes before it ends them:
    // then a shell waits for the command, outside.
    return [...enter, 'sh', '-c', '"$@"; exit $?', 'sh', ...command];
  }
}
