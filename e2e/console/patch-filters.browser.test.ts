import { savedPatchFilter } from '@patchbay/contracts/patch-filter';
import { plan } from '@patchbay/contracts/plan';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { openConsole } from './open-console.ts';
import { connectSampleMachines } from './sample-machines.ts';
import { notReached } from './tab-stops.ts';

describe.skipIf(!hasBrowser)('patch filters', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    ({ installation, watched, page } = await openConsole(cleanUp));
    await connectSampleMachines(installation, cleanUp);
  });
  afterAll(() => cleanUp.disposeAsync());

  it('P-02 shows which applicable patches a filter matches while it is edited', async () => {
    await page.goto('/system/patch-filters');
    await page.getByText('No patch filters yet').waitFor();
    await inspect(watched, 'patch-filters-none');
    await page.getByRole('button', { name: 'New patch filter' }).click();
    await page.getByText('It lets through security patches.').waitFor();
    await page.getByText('openssl=3.0.15-1').waitFor();
    await page.getByRole('textbox', { name: 'Text' }).fill('no such package');
    await page.getByText('No patch that is applicable now passes it.').waitFor();
    await page.getByRole('textbox', { name: 'Text' }).fill('OpenSSL');
    await page.getByText(/^1 patch on \d+ endpoints?$/).waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Urgent TLS');
    await inspect(watched, 'patch-filter-new');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Urgent TLS' }).waitFor();
    await page.getByText('No plan uses it.').waitFor();
    expect(await notReached(page)).toEqual([]);
  });

  it('P-02 shows both versions when somebody else has changed a filter meanwhile', async () => {
    const { api } = installation;
    const { value, etag } = await api.getWithTag('/patch-filters/Urgent TLS', savedPatchFilter);
    await page.getByRole('textbox', { name: 'Description' }).fill('What listens on the network');
    const theirs = { name: value.name, description: 'Changed elsewhere', filter: value.filter };
    await api.send('PUT', `/patch-filters/${value.id}`, theirs, savedPatchFilter, etag);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').getByText('Somebody else has changed').waitFor();
    // The browser tells of the 412 that is wanted here.
    watched.complaints.length = 0;
    await page.getByRole('dialog').getByRole('button', { name: 'Save mine over theirs' }).click();
    await waitFor(
      async () =>
        (await api.get('/patch-filters/Urgent TLS', savedPatchFilter)).description ===
        'What listens on the network',
      { what: 'mine saved over theirs' },
    );
  });

  it('P-02 leads from a plan to its filter and back, and does not delete what a plan uses', async () => {
    await page.goto('/plans/new');
    await page.getByText('By saved filter').click();
    await page.getByRole('combobox', { name: 'Saved filter' }).click();
    await page.getByRole('option', { name: 'Urgent TLS' }).click();
    await page.getByText(/1 patch on \d+ endpoints? now: security patches that mention "OpenSSL"/).waitFor();
    expect(await page.getByRole('link', { name: 'Look at it' }).getAttribute('href')).toMatch(
      /^\/system\/patch-filters\/[0-9a-f-]{36}$/,
    );
    await inspect(watched, 'plan-with-patch-filter');
    const patches = { choice: { which: 'filter', filter: 'Urgent TLS' } };
    await installation.api.send('POST', '/plans', { name: 'Tonight', patches }, plan);
    await page.goto('/system/patch-filters');
    const row = page.getByRole('row', { name: /Urgent TLS/ });
    await row.getByRole('link', { name: 'Tonight' }).waitFor();
    await inspect(watched, 'patch-filters');
    await row.focus();
    await page.getByRole('button', { name: 'Delete Urgent TLS' }).click();
    await page.getByRole('dialog').getByText('“Urgent TLS” cannot be deleted').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Tonight' }).click();
    await page.getByRole('heading', { name: 'Tonight' }).waitFor();
  });

  it('P-02 deletes a filter that no plan uses, after telling what that touches', async () => {
    const { api } = installation;
    await api.send(
      'PUT',
      '/plans/Tonight',
      { name: 'Tonight' },
      plan,
      (await api.getWithTag('/plans/Tonight', plan)).etag,
    );
    await page.goto('/system/patch-filters');
    await page.getByRole('row', { name: /Urgent TLS/ }).focus();
    await page.getByRole('button', { name: 'Delete Urgent TLS' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Cycles that have started keep what it said').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No patch filters yet').waitFor();
  });
});
