import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cycle } from '@patchbay/contracts/cycle';
import { plan } from '@patchbay/contracts/plan';
import { setting } from '@patchbay/contracts/setting';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import { connectThisMachine, type Installation } from './installation.ts';
import { openConsole } from './open-console.ts';
import { notReached } from './tab-stops.ts';

describe.skipIf(!hasBrowser)('approvals by webhook and reports by mail', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    ({ installation, watched, page } = await openConsole(cleanUp));
    await connectThisMachine(installation, 'here', cleanUp);
  });
  afterAll(() => cleanUp.disposeAsync());

  it('P-09 given a sender made in the console, when its recipe is run, then the plan is approved, and its page says by whom', async () => {
    const { api } = installation;
    const draft = {
      name: 'Monthly',
      assignments: [{ endpoints: 'all', os: 'linux' }],
      approvalRequired: true,
      // So that it stays approved while somebody looks.
      schedule: { kind: 'at', at: '2199-01-01T00:00:00Z' },
    };
    await api.send('POST', '/plans', draft, plan);
    await api.send('POST', '/plans/Monthly/activate', {}, plan);

    await page.goto('/platform/webhook-senders');
    await page.getByText('No webhook senders').waitFor();
    await inspect(watched, 'webhook-senders-none');
    await page.getByRole('button', { name: 'New sender' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('ServiceNow');
    await page.getByRole('button', { name: 'Create' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It is shown this once only').waitFor();
    await inspect(watched, 'webhook-sender-new');
    const [secret = '', , recipe = ''] = await dialog.locator('pre').allTextContents();
    expect(secret).toMatch(/^whsec_/);
    expect(recipe).toContain("secret='whsec_…'");
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText('ServiceNow').first().waitFor();
    expect(await notReached(page)).toEqual([]);

    const run = await promisify(execFile)('bash', ['-c', recipe.replace('whsec_…', secret)]);
    expect(JSON.parse(run.stdout), run.stderr).toMatchObject({
      plan: { name: 'Monthly' },
      decision: 'approve',
      reference: 'CHG0012345',
    });
    await page.goto('/plans');
    await page.getByText('Monthly').first().click();
    await page.getByText('by ServiceNow for grace, reference CHG0012345: agreed').waitFor();
    await inspect(watched, 'plan-approved-by-webhook');
  });

  it('P-15 given a mail server that is away, then the settings say so when it is tried, and the cycle says what is not mailed', async () => {
    const { api } = installation;
    await page.goto('/platform/settings');
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });
    await row('mail.host').getByRole('textbox').fill('not a host');
    await page.getByText('Must be a host name or an IP address').waitFor();
    await row('mail.host').getByRole('textbox').fill('127.0.0.1');
    await row('mail.host').getByRole('button', { name: 'Save' }).click();
    await row('mail.from').getByRole('textbox').fill('patchbay@example.com');
    await row('mail.from').getByRole('button', { name: 'Save' }).click();
    await row('mail.password')
      .getByLabel(/^The password of that user/)
      .fill('an open sesame');
    await row('mail.password').getByRole('button', { name: 'Save' }).click();
    await row('mail.password').getByRole('button', { name: 'Remove' }).waitFor();
    expect((await api.get('/settings/mail.password', setting)).value).toBe('********');
    expect(await page.content()).not.toContain('sesame');
    // Nobody listens there.
    await api.send('PUT', '/settings/mail.port', { value: 9 }, setting);
    await page.getByLabel('Send a test mail to').fill('ops@example.com');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('the connection to the mail server 127.0.0.1:9 failed').waitFor();
    // The browser tells of the refusal.
    watched.complaints.length = 0;
    await page.getByText('Send a test mail to').scrollIntoViewIfNeeded();
    await inspect(watched, 'settings-mail');
    expect(await notReached(page)).toEqual([]);

    const draft = {
      name: 'At once',
      assignments: [{ endpoints: 'all', os: 'linux' }],
      reportTo: ['ops@example.com'],
    };
    await api.send('POST', '/plans', draft, plan);
    const { id } = await api.send('POST', '/plans/At once/activate', {}, cycle);
    await page.goto(`/cycles/${id}/story`);
    await page.getByText('ops@example.com').waitFor();
    await inspect(watched, 'cycle-report-by-mail');
  });
});
