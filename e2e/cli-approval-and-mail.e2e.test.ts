import { createHmac } from 'node:crypto';
import { plan } from '@patchbay/contracts/plan';
import { setting } from '@patchbay/contracts/setting';
import { createdWebhookSender, webhookSender } from '@patchbay/contracts/webhook-sender';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { useCommandLine } from './system/command-line.ts';

const line = useCommandLine();
const { cli, done, file, json, refused } = line;

describe('approval by an ITSM system', () => {
  it('P-09 given a sender of the command line, when it rejects a plan, then plan show has who, reference and comment, and a revoked one is refused', async () => {
    const text =
      'kind: Plan\nname: Asks\napprovalRequired: true\nassignments: [{ endpoints: all, os: linux }]\n';
    await cli(['plan', 'create', '-f', file('plan.yaml', text)]);
    await line.api.send('POST', '/plans/Asks/activate', {}, plan);
    const made = await json(createdWebhookSender, 'webhook-sender', 'create', 'ServiceNow');
    expect(await done('webhook-sender', 'list')).toMatch(/^ServiceNow\tvalid\t/);

    const deliver = async (id: string): Promise<number> => {
      const body = JSON.stringify({
        plan: 'Asks',
        decision: 'reject',
        reference: 'CHG7',
        by: 'grace',
        comment: 'no',
      });
      const at = Math.floor(Date.now() / 1000);
      const key = Buffer.from(made.secret.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
      const answer = await fetch(`${line.server.url}/api/v1/webhook-senders/${made.id}/decisions`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(at),
          'webhook-signature': `v1,${signature}`,
        },
        body,
      });
      return answer.status;
    };
    expect(await deliver('one')).toBe(200);
    const shown = await done('plan', 'show', 'Asks');
    expect(shown).toMatch(/^rejected +\S+ \S+ by ServiceNow for grace$/m);
    expect(shown).toMatch(/^reference +CHG7$/m);
    expect(shown).toMatch(/^comment +no$/m);

    expect(await done('webhook-sender', 'revoke', 'ServiceNow')).toBe(
      'The webhook sender "ServiceNow" is revoked.\n',
    );
    const [revoked] = await json(z.array(webhookSender), 'webhook-sender', 'list');
    expect(revoked?.status).toBe('revoked');
    expect(await deliver('two')).toBe(401);
  });
});

describe('the mail server', () => {
  it('P-15 S-06 a secret is read from standard input, never from the arguments, and not shown', async () => {
    const args = ['settings', 'set', 'mail.password'];
    expect(await refused(2, [...args, 'sesame'])).toContain('leave the value out');
    const set = await cli(args, { input: 'an open sesame\n' });
    expect(set).toMatchObject({ code: 0, stdout: 'mail.password is now ********.\n' });
    expect(await done('settings', 'list')).not.toContain('sesame');
    expect(await json(setting, 'settings', 'get', 'mail.password')).toMatchObject({ value: '********' });
    expect((await cli(args, { input: '\n' })).stdout).toBe('mail.password is now empty.\n');
    expect(await refused(2, ['settings', 'set', 'mail.host'])).toContain(
      'the value for mail.host is missing',
    );
  });

  it('P-15 a test mail says why it was not sent', async () => {
    const args = ['settings', 'test-mail', 'ops@example.com'];
    expect(await refused(1, args)).toContain(
      'MAIL_REFUSED: The mail could not be sent: no mail server is set up (mail.host).',
    );
    await done('settings', 'set', 'mail.host', '127.0.0.1');
    await done('settings', 'set', 'mail.port', '9');
    await done('settings', 'set', 'mail.from', 'patchbay@example.com');
    expect(await refused(1, args)).toContain('the connection to the mail server 127.0.0.1:9 failed: ');
    expect(await refused(3, ['settings', 'test-mail', 'nobody'])).toContain('INVALID_INPUT: ');
  });
});
