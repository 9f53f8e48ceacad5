import type { SettingValues } from '@patchbay/domain/setting/definitions';
import { createTransport } from 'nodemailer';
import type { Sealer } from '../db/secrets.ts';

/** The mail server of the settings. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: SettingValues['mail.security'];
  /** null: it asks for nobody. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly from: string;
}

/** One mail to one address, as plain text. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly table?: { readonly name: string; readonly csv: string };
  /** The same for each try, so that a mail that comes twice can be told. */
  readonly id?: string;
}

/** A mail that was not sent; the message goes on from "it could not be sent:". */
export class MailError extends Error {
  override readonly name = 'MailError';
  /** Trying again is of no use: the mail server does not know the address. */
  readonly refusedForGood: boolean;

  constructor(message: string, refusedForGood = false) {
    super(message);
    this.refusedForGood = refusedForGood;
  }
}

const waitMs = 15_000;
const longestMs = 90_000;

/**
 * The mail server that the settings name.
 *
 * @throws MailError when there is none, or something of it is missing.
 */
export function mailServerOf(settings: SettingValues, sealer: Pick<Sealer, 'open'>): MailServer {
  const { 'mail.host': host, 'mail.from': from, 'mail.user': user, 'mail.password': sealed } = settings;
  const security = settings['mail.security'];
  if (host === '') throw new MailError('no mail server is set up (mail.host)');
  if (from === '') throw new MailError('the settings do not say where mail comes from (mail.from)');
  if (user !== '' && sealed === '')
    throw new MailError('the user of the mail server has no password (mail.password)');
  if (user !== '' && security === 'none' && !isThisMachine(host)) {
    throw new MailError('no password is sent without TLS (mail.security)');
  }
  const login = user === '' ? null : { user, password: sealer.open(sealed, 'mail.password') };
  return { host, port: settings['mail.port'], security, login, from };
}

function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host);
}

/**
 * Sends a mail and returns what the mail server answered.
 *
 * @throws MailError
 */
export async function sendMail(server: MailServer, mail: Mail, stopped: AbortSignal): Promise<string> {
  const { host, port, security, login, from } = server;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'startTls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' },
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    dnsTimeout: waitMs,
    socketTimeout: 2 * waitMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(login === null ? {} : { auth: { user: login.user, pass: login.password } }),
  });
  const { to, subject, text, table, id } = mail;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  try {
    const { response } = await transport.sendMail({
      // As objects: an address is never read as a list of several.
      from: { name: 'Patchbay', address: from },
      to: { name: '', address: to },
      envelope: { from, to: [to] },
      subject: onOneLine(subject),
      text,
      ...(id === undefined ? {} : { messageId: `<${id}@${domain}>` }),
      attachments:
        table === undefined
          ? []
          : [{ filename: table.name, content: table.csv, contentType: 'text/csv; charset=utf-8' }],
      // Nobody's holiday notice is to answer it.
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.any([stopped, AbortSignal.timeout(longestMs)]),
    });
    return response;
  } catch (error) {
    throw mailErrorOf(error, server);
  } finally {
    transport.close();
  }
}

interface SmtpError {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

const unknownAddress: ReadonlySet<number> = new Set([550, 551, 553]);

function mailErrorOf(error: unknown, { host, port, login }: MailServer): MailError {
  const { message } = error as Error;
  const { code, command, response = message, responseCode = 0 } = error as SmtpError;
  const where = `${host}:${port}`;
  const words = (): string => {
    if (code === 'EAUTH') return `the mail server ${where} refused the user or the password: ${response}`;
    if (code === 'EENVELOPE') return `the mail server ${where} refused the address: ${response}`;
    if (responseCode > 0) return `the mail server ${where} answered: ${response}`;
    if (code === 'EABORT') return `the mail server ${where} took too long`;
    return `the connection to the mail server ${where} failed: ${message}`;
  };
  // 5.7 stands for rules such as "no relaying", which are mended in settings.
  const isUnknown = unknownAddress.has(responseCode) && !/\b5\.7\.\d/.test(response);
  const text = login === null ? words() : words().replaceAll(login.password, '********');
  return new MailError(clipped(text), command === 'RCPT TO' && isUnknown);
}

const longestProblem = 300;

function clipped(text: string): string {
  return Array.from(onOneLine(text).replace(/\.$/, '')).slice(0, longestProblem).join('');
}

/** Without line breaks and other control characters, so that nothing becomes a header of its own. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
