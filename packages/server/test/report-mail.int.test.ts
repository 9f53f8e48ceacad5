import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { ReportMail } from '@patchbay/contracts/cycle-report';
import type { LogEntryView } from '@patchbay/contracts/log';
import type { Page } from '@patchbay/contracts/page';
import type { PlanCheck } from '@patchbay/contracts/plan';
import { freePort } from '@patchbay/testkit/free-port';
import { waitFor } from '@patchbay/testkit/wait-for';
import { pino } from 'pino';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Loop } from '../src/engine/loop.ts';
import { createJobs } from '../src/jobs/jobs.ts';
import { createReportMailer, type ReportMailer } from '../src/jobs/report-mail.ts';
import { mailLogin, selfSigned, type TakenMail, useMailServers } from './mail-server-fixture.ts';
import { minuteMs, patched, usePlans } from './plan-fixture.ts';

const plans = usePlans();
const { http } = plans;
const startMailServer = useMailServers();
const { key, cert } = selfSigned();
const nodes: { readonly loop: Loop; readonly mailer: ReportMailer }[] = [];

beforeAll(async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  await plans.fleet('web', 2);
});
beforeEach(async () => {
  await http.column('delete from settings');
  await set({ 'mail.from': 'patchbay@example.com', 'mail.security': 'none', 'mail.host': 'localhost' });
  setDefaultCACertificates(getCACertificates('bundled'));
});
afterEach(stopNodes);

async function set(values: Readonly<Record<string, string | number>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await http.ok('PUT', `settings/${name}`, { value });
}

/** A server node, as far as it mails. */
function startNode(): void {
  const { pool, sealer } = http.context;
  const log = pino({ level: 'silent' });
  const tools = { pool, sealer, now: plans.now, log };
  const mailer = createReportMailer(tools);
  const loop = createJobs({ ...tools, workers: [mailer], everyMs: 20 });
  loop.start();
  nodes.push({ loop, mailer });
}

async function stopNodes(): Promise<void> {
  for (const { loop, mailer } of nodes.splice(0)) {
    await loop.stop();
    await mailer.stop();
  }
}

/** A cycle of a plan that reports to these, which has finished. */
async function finishedCycle(name: string, ...reportTo: string[]): Promise<number> {
  await plans.plan(name, 'endpoint:web-00,endpoint:web-01', { reportTo });
  const cycle = await plans.opened(name);
  expect((await mails(cycle)).map(({ status }) => status)).toEqual(reportTo.map(() => 'later'));
  plans.answerWith(() => patched);
  await plans.lookUntil(cycle, 'the cycle to end', async () => {
    await plans.finish(patched);
    return (await plans.cycle(cycle)).status === 'finished';
  });
  return cycle;
}

const mails = (cycle: number) => http.ok<ReportMail[]>('GET', `cycles/${cycle}/report/mails`);

async function reach(
  cycle: number,
  what: string,
  test: (mail: ReportMail) => boolean,
): Promise<ReportMail[]> {
  await waitFor(async () => (await mails(cycle)).every(test), { what });
  return mails(cycle);
}

const header = ({ raw }: TakenMail, name: string): string[] =>
  raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .flatMap((line) => (line.toLowerCase().startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));

/** A part of a mail of several parts, decoded. */
function partOf({ raw }: TakenMail, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const part = raw.split(`--${boundary}`).find((one) => one.includes(`Content-Type: ${type}`)) ?? '';
  const body = part.slice(part.indexOf('\r\n\r\n') + 4).trim();
  if (/Content-Transfer-Encoding: base64/i.test(part)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/Content-Transfer-Encoding: quoted-printable/i.test(part)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

describe('reports by mail', () => {
  it('P-15 given a plan with recipients, when its cycle has finished, then each of them alone is mailed the report, once', async () => {
    const server = await startMailServer();
    await set({ 'mail.port': server.port, 'server.publicAddress': 'https://patchbay.example.com' });
    const cycle = await finishedCycle('Mailed', 'ann@example.com', 'bob@example.com');
    startNode();
    startNode();
    const sent = await reach(cycle, 'both mails to be sent', ({ status }) => status === 'sent');
    expect(sent.map(({ recipient, tries, problem, nextAt }) => [recipient, tries, problem, nextAt])).toEqual([
      ['ann@example.com', 1, null, null],
      ['bob@example.com', 1, null, null],
    ]);
    const recipients = server.taken.map(({ to }) => to.join());
    expect(recipients.toSorted((one, other) => one.localeCompare(other))).toEqual([
      'ann@example.com',
      'bob@example.com',
    ]);
    const [mail] = server.taken;
    if (mail === undefined) throw new Error('there is no mail');
    expect(header(mail, 'to')).toEqual([mail.to[0]]);
    expect(header(mail, 'from')).toEqual(['Patchbay <patchbay@example.com>']);
    expect(header(mail, 'subject')).toEqual([`Patchbay: Mailed, cycle ${cycle}: succeeded`]);
    expect(header(mail, 'auto-submitted')).toEqual(['auto-generated']);
    const text = partOf(mail, 'text/plain');
    expect(text).toContain(`Cycle ${cycle} of the plan "Mailed" ended on `);
    expect(text).toMatch(/Succeeded: +2\r?\n/);
    expect(text).toContain(`https://patchbay.example.com/cycles/${cycle}`);
    const table = partOf(mail, 'text/csv');
    expect(table.split('\r\n')[0]).toMatch(/^endpoint,system,workflow,/);
    expect(table).toContain('web-00,linux,Linux default,');
    expect(await http.column(`select count(*)::int from jobs where kind = 'report.mail'`)).toEqual([0]);
  });

  it('P-15 S-07 given names with line breaks and other signs, then nothing becomes a header or a further recipient', async () => {
    const server = await startMailServer();
    await set({ 'mail.port': server.port });
    for (const reportTo of [
      'a@example.com\r\nBcc: all@example.com',
      'a@example.com, b@example.com',
      '"a b"@example.com',
    ]) {
      const refused = await http.call('POST', 'plans', { body: { name: 'Bad', reportTo: [reportTo] } });
      expect(refused.problem.errors.map(({ path }) => path)).toEqual(['reportTo.0']);
    }
    const name = 'Ümlaut\u2028\u0085Bcc: all@example.com <x>';
    const cycle = await finishedCycle(name, 'ann@example.com');
    startNode();
    await reach(cycle, 'the mail to be sent', ({ status }) => status === 'sent');
    const [mail] = server.taken;
    if (mail === undefined) throw new Error('there is no mail');
    expect([mail.to, header(mail, 'bcc'), header(mail, 'to')]).toEqual([
      ['ann@example.com'],
      [],
      ['ann@example.com'],
    ]);
    expect(header(mail, 'subject')).toHaveLength(1);
  });

  it('P-15 given a mail server that is down, when it is up again, also after a restart of Patchbay, then the report is sent', async () => {
    const port = await freePort();
    await set({ 'mail.port': port });
    const cycle = await finishedCycle('Later', 'ann@example.com');
    startNode();
    const [failed] = await reach(cycle, 'the first try', ({ problem }) => problem !== null);
    expect(failed).toMatchObject({ status: 'waiting', tries: 1 });
    expect(failed?.problem).toContain(`the connection to the mail server localhost:${port} failed: `);
    await stopNodes();
    const server = await startMailServer({}, port);
    plans.advance(2 * minuteMs);
    startNode();
    const [sent] = await reach(cycle, 'the second try', ({ status }) => status === 'sent');
    expect(sent).toMatchObject({ tries: 2, problem: null });
    expect(server.taken).toHaveLength(1);
  });

  it('P-15 given a node that dies while it sends, then another one sends the mail after a while', async () => {
    const stuck = await startMailServer({ onConnect: () => undefined });
    await set({ 'mail.port': stuck.port });
    const cycle = await finishedCycle('Died', 'ann@example.com');
    // It has taken the mail, and nothing more is heard of it.
    await http.column(`update report_mails set tries = 1 where cycle = $1`, cycle);
    await http.column(
      `update jobs set due_at = $1 where kind = 'report.mail'`,
      new Date(plans.now() + 5 * minuteMs),
    );
    const server = await startMailServer();
    await set({ 'mail.port': server.port });
    startNode();
    plans.advance(6 * minuteMs);
    const [sent] = await reach(cycle, 'the mail to be sent', ({ status }) => status === 'sent');
    expect(sent?.tries).toBe(2);
  });

  it('P-15 O-04 given a mail that cannot be sent for a day, then it is given up, and Logs & Alerts and the cycle say why', async () => {
    await http.ok('PUT', 'settings/mail.host', { value: '' });
    const cycle = await finishedCycle('Given up', 'ann@example.com');
    startNode();
    await waitFor(
      async () => {
        plans.advance(60 * minuteMs);
        return (await mails(cycle)).every(({ status }) => status === 'failed');
      },
      { what: 'the mail to be given up' },
    );
    const [given] = await mails(cycle);
    expect(given).toMatchObject({ problem: 'no mail server is set up (mail.host)', nextAt: null });
    expect(given?.tries).toBeGreaterThan(10);
    const { items } = await http.ok<Page<LogEntryView>>('GET', 'logs?category=cycle&level=error');
    expect(items.map(({ message }) => message)).toEqual([
      `The report of cycle ${cycle} of the plan "Given up" could not be mailed to ann@example.com: no mail server is set up (mail.host).`,
    ]);
  });

  it('P-15 given an address that the mail server does not know, then that one is given up at once, and the others are sent', async () => {
    const server = await startMailServer({
      onRcptTo: ({ address }, _session, done) => {
        const isKnown = address !== 'gone@example.com';
        done(isKnown ? null : Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }));
      },
    });
    await set({ 'mail.port': server.port });
    const cycle = await finishedCycle('One is gone', 'ann@example.com', 'gone@example.com');
    startNode();
    const ended = await reach(cycle, 'both to end', ({ status }) => status !== 'waiting');
    expect(ended.map(({ recipient, status, tries }) => [recipient, status, tries])).toEqual([
      ['ann@example.com', 'sent', 1],
      ['gone@example.com', 'failed', 1],
    ]);
    expect(ended[1]?.problem).toMatch(/refused the address: 550 5\.1\.1 no such user/);
  });

  it('P-10 P-15 given a rehearsal, then nobody is mailed', async () => {
    await plans.plan('Rehearsed', 'endpoint:web-00', { reportTo: ['ann@example.com'] });
    const { id } = await http.ok<{ id: number }>('POST', 'plans/Rehearsed/rehearse');
    expect(await mails(id)).toEqual([]);
    await http.ok('POST', `cycles/${id}/cancel`);
  });

  it('P-15 P-01 given recipients and no mail server, then the editor says so, and a plan can be activated all the same', async () => {
    await http.ok('PUT', 'settings/mail.host', { value: '' });
    const draft = {
      name: 'Nowhere',
      assignments: [{ endpoints: 'all', os: 'linux' }],
      reportTo: ['a@example.com'],
    };
    const warned = await http.ok<PlanCheck>('POST', 'plans/check', draft);
    expect(warned.findings).toEqual([
      {
        path: 'reportTo',
        severity: 'warning',
        message: 'no report is mailed while no mail server is set up (system configuration)',
      },
    ]);
    await http.ok('PUT', 'settings/mail.host', { value: 'localhost' });
    expect((await http.ok<PlanCheck>('POST', 'plans/check', draft)).findings).toEqual([]);
  });
});

describe('the connection to the mail server', () => {
  const test = () =>
    http.call<{ to: string; answer: string }>('POST', 'settings/test-mail', {
      body: { to: 'ann@example.com' },
    });
  const secure = { key, cert, disabledCommands: [], authOptional: true };

  it('P-15 S-06 given STARTTLS or TLS and a password, then the mail goes over TLS, and the password to a server that is vouched for alone', async () => {
    for (const security of ['startTls', 'tls']) {
      setDefaultCACertificates(getCACertificates('bundled'));
      const server = await startMailServer({ ...secure, secure: security === 'tls', authOptional: false });
      await set({
        'mail.port': server.port,
        'mail.security': security,
        'mail.user': mailLogin.user,
        'mail.password': mailLogin.password,
      });
      const untrusted = await test();
      expect([untrusted.status, untrusted.problem.code], security).toEqual([502, 'MAIL_REFUSED']);
      expect(untrusted.problem.detail).toMatch(/self-signed certificate/);
      expect(server.taken).toEqual([]);
      setDefaultCACertificates([cert]);
      expect((await test()).status, security).toBe(200);
      expect(server.taken.map(({ secure: isSecure, user }) => [isSecure, user])).toEqual([
        [true, mailLogin.user],
      ]);
      await server.stop();
    }
  });

  it('P-15 given a mail server without STARTTLS, then nothing is sent in the clear unless the settings say so', async () => {
    const server = await startMailServer();
    await set({ 'mail.port': server.port, 'mail.security': 'startTls' });
    expect((await test()).problem.code).toBe('MAIL_REFUSED');
    expect(server.taken).toEqual([]);
    await set({ 'mail.security': 'none' });
    expect((await test()).body).toMatchObject({ to: 'ann@example.com' });
    expect(server.taken.map(({ secure: isSecure }) => isSecure)).toEqual([false]);
    await set({ 'mail.host': 'mail.example.com', 'mail.user': 'patchbay', 'mail.password': 'secret' });
    expect((await test()).problem.detail).toBe(
      'The mail could not be sent: no password is sent without TLS (mail.security).',
    );
  });

  it('P-15 S-06 given a wrong password, then the mail server is quoted and the password is not', async () => {
    setDefaultCACertificates([cert]);
    const server = await startMailServer({
      ...secure,
      authOptional: false,
      onAuth: ({ password }, _session, done) => done(new Error(`"${password}" is wrong`)),
    });
    await set({
      'mail.port': server.port,
      'mail.security': 'startTls',
      'mail.user': 'patchbay',
      'mail.password': 'hunter2hunter2',
    });
    const { problem, text } = await test();
    expect(problem.detail).toMatch(/refused the user or the password: 535 .*\*{8}.* is wrong/);
    expect(text).not.toContain('hunter2');
  });

  it('P-15 S-02 a test mail is for administrators, to one valid address, and audited', async () => {
    const server = await startMailServer();
    await set({ 'mail.port': server.port });
    const body = { to: 'ann@example.com' };
    expect((await http.call('POST', 'settings/test-mail', { as: 'operator', body })).status).toBe(403);
    const bad = await http.call('POST', 'settings/test-mail', {
      body: { to: 'ann@example.com, bob@example.com' },
    });
    expect(bad.problem.errors.map(({ path }) => path)).toEqual(['to']);
    expect(server.taken).toEqual([]);
    expect((await test()).status).toBe(200);
    const audited = await http.column(
      `select detail ->> 'to' from audit where action = 'setting.testMail' order by id desc limit 1`,
    );
    expect(audited).toEqual(['ann@example.com']);
  });
});
