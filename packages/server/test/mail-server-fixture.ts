import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach } from 'vitest';

/** A mail as the mail server took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Its headers and its body as they came. */
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | null;
}

/** A mail server in this process. */
export interface TestMailServer {
  readonly port: number;
  readonly taken: TakenMail[];
  stop(): Promise<void>;
}

export const mailLogin = { user: 'patchbay', password: 'an open sesame' };

/** Makes a certificate for `localhost` that vouches for itself. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-mail-'));
  try {
    const [keyFile, certFile] = [join(folder, 'key'), join(folder, 'cert')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const made = spawnSync('openssl', [...args, '-keyout', keyFile, '-out', certFile, ...subject]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Mail servers that end with the test that started them. */
export function useMailServers(): (options?: SMTPServerOptions, port?: number) => Promise<TestMailServer> {
  const running: TestMailServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });
  return async (options = {}, wanted = 0) => {
    const server = await startMailServer(options, wanted);
    running.push(server);
    return server;
  };
}

async function startMailServer(options: SMTPServerOptions, wanted: number): Promise<TestMailServer> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      if (username === mailLogin.user && password === mailLogin.password) done(null, { user: username });
      else done(new Error('who are you?'));
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts).toString('utf8'),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  let stopping: Promise<void> | null = null;
  return {
    port,
    taken,
    stop: () => (stopping ??= new Promise((resolve) => server.close(() => resolve()))),
  };
}
