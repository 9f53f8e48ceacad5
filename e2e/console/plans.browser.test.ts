import { plan } from '@patchbay/contracts/plan';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { joinedPage, openConsole } from './open-console.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { connectSampleMachines } from './sample-machines.ts';
import { notReached } from './tab-stops.ts';

describe.skipIf(!hasBrowser)('plans in the console', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    ({ installation, browser, watched, page } = await openConsole(cleanUp));
    await page.goto('/plans');
    await page.getByText('No plans yet').waitFor();
    await inspect(watched, 'plans-empty');
    await connectSampleMachines(installation, cleanUp);
    await makeSampleLibrary(installation);
  });
  afterAll(() => cleanUp.disposeAsync());

  const planOf = async (name: string) => {
    const [found] = await installation.api.list('/plans', plan, { search: name });
    if (found === undefined) throw new Error(`there is no plan "${name}"`);
    return found;
  };
  const step = (name: RegExp) =>
    page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name });
  const pick = (label: string): Promise<void> =>
    page.getByRole('radiogroup').getByText(label, { exact: true }).click();
  const choose = async (field: string, option: string | RegExp): Promise<void> => {
    await page.getByRole('combobox', { name: field, exact: true }).click();
    await page.getByRole('option', { name: option }).click();
  };
  const confirmWith = async (name: string): Promise<void> => {
    await page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  };

  it('P-01 P-04 fills a new plan with the default workflows, and says at each field what is missing', async () => {
    await page.goto('/plans');
    await page.getByRole('button', { name: 'New plan' }).click();
    await page.getByRole('heading', { name: 'New plan' }).waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Give it a name').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Pilot first');
    await pick('By kind');
    await page.getByText('Security patches.', { exact: true }).waitFor();
    await inspect(watched, 'plan-new-patches');
    await step(/Endpoints and workflows/).click();
    await page.getByRole('combobox', { name: 'Workflow of row 1' }).waitFor();
    expect(await page.getByRole('combobox', { name: /^Workflow of row/ }).count()).toBe(4);
    await page.getByText('It means 7 endpoints at present.').waitFor();
  });

  it('P-03 orders rows with the keyboard, and says which workflow an endpoint follows, and why', async () => {
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page
      .getByRole('combobox', { name: 'Endpoints of row 5' })
      .or(page.getByLabel('Endpoints of row 5'))
      .first()
      .fill('tag:ring=pilot');
    await choose('Workflow of row 5', 'Web servers');
    await page.getByRole('button', { name: 'Move row 5', exact: true }).focus();
    for (let place = 4; place > 0; place -= 1) {
      await page.keyboard.press('Alt+ArrowUp');
      await page.locator(`:focus[aria-label="Move row ${place}"]`).waitFor();
    }
    expect(await page.getByLabel('Endpoints of row 1').first().inputValue()).toBe('tag:ring=pilot');
    await page
      .getByRole('listitem')
      .filter({ has: page.getByText('1 now') })
      .first()
      .waitFor();
    await page.getByRole('combobox', { name: 'Endpoint', exact: true }).fill('app-01');
    await page.getByRole('option', { name: 'app-01.example.net' }).click();
    await page
      .getByRole('region', { name: 'Which workflow, and why' })
      .getByText('Web servers')
      .first()
      .waitFor();
    await inspect(watched, 'plan-new-assignments');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Endpoints of row 6').first().fill('group:Nobody knows it');
    await page.getByText('There is no group "Nobody knows it"').waitFor();
    await page.getByRole('button', { name: 'Remove row 6' }).click();
  });

  it('P-05 P-08 shows a recurrence in words with its next dates, and the waves as a bar', async () => {
    await step(/Schedule/).click();
    await pick('Again and again');
    await page.getByText(/^Second Tuesday of every month \+ 3 days, 22:00 Europe\/Zurich$/).waitFor();
    expect(await page.getByRole('list', { name: 'Next dates' }).getByRole('listitem').count()).toBe(5);
    await page.getByRole('checkbox', { name: 'Somebody has to approve' }).check();
    await inspect(watched, 'plan-new-schedule');
    await step(/Rollout/).click();
    await page.getByRole('button', { name: 'Add a wave' }).click();
    await page.getByRole('button', { name: 'Add a wave' }).click();
    await page.getByRole('textbox', { name: 'Watched, minutes' }).first().fill('30');
    await page.getByText('100 % good, 30 min watched').waitFor();
    await inspect(watched, 'plan-new-rollout');
    await step(/Review/).click();
    await page.getByRole('region', { name: 'Forecast' }).getByText('First start').waitFor();
    await inspect(watched, 'plan-new-review');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Pilot first' }).waitFor();
    const made = await planOf('Pilot first');
    expect(made.assignments.map(({ endpoints, workflow }) => [endpoints, workflow?.name ?? null])).toEqual([
      ['tag:ring=pilot', 'Web servers'],
      ...Array.from({ length: 4 }, () => ['all', null]),
    ]);
    expect(made.progress.status).toBe('readyToActivate');
    await inspect(watched, 'plan');
  });

  it('P-09 P-12 given a plan that needs approval when it is activated then the board shows what it waits for', async () => {
    await page.getByRole('button', { name: 'Activate', exact: true }).click();
    await confirmWith('Activate');
    await page.getByText(/Somebody has to approve before it starts on/).waitFor();
    await page.goto('/plans');
    const pending = page.getByRole('region', { name: 'Pending' });
    await pending.getByRole('link', { name: 'Pilot first' }).waitFor();
    await pending.getByText('Awaits approval').waitFor();
    await page
      .getByRole('region', { name: 'Completed' })
      .getByRole('link', { name: 'Linux servers, monthly' })
      .waitFor();
    await inspect(watched, 'plans-board');

    const approver = await joinedPage({ installation, browser }, 'approver', 'peggy');
    await approver.page.goto(`/plans/${(await planOf('Pilot first')).id}`);
    await approver.page.getByRole('button', { name: 'Approve', exact: true }).click();
    const dialog = approver.page.getByRole('dialog');
    await dialog.getByLabel('Reference').fill('CHG-4711');
    await inspect(approver, 'plan-approve');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await approver.page.getByText(/Approved .* by peggy, reference CHG-4711/).waitFor();
    await approver.page.context().close();
    await pending.getByText('Waiting').waitFor();
    await pending.getByText(/Its next cycle opens on/).waitFor();
  });

  it('P-12 shows the plans as a table, too, searched by name, both kept in the address', async () => {
    await pick('Table');
    await page.waitForURL(/view=table/);
    await page.getByRole('searchbox').fill('pilot');
    await page.getByText('1 plan', { exact: true }).waitFor();
    await inspect(watched, 'plans-table');
    await pick('Board');
    await page.getByRole('region', { name: 'Pending' }).getByRole('link', { name: 'Pilot first' }).waitFor();
    expect(await page.getByRole('link', { name: 'Linux servers, monthly' }).count()).toBe(0);
  });

  it('P-01 given two who edit a plan when the second saves then both versions are shown; an old one is restored', async () => {
    const { id } = await planOf('Pilot first');
    await page.goto(`/plans/${id}/edit`);
    await page.getByRole('textbox', { name: 'Description' }).fill('What grace says');
    const { value, etag } = await installation.api.getWithTag(`/plans/${id}`, plan);
    expect(value.revision).toBe(1);
    await installation.api.send(
      'PUT',
      `/plans/${id}`,
      { name: 'Pilot first', description: 'What somebody else says' },
      plan,
      etag,
    );
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Somebody else has changed/ });
    await dialog.getByText('What somebody else says').first().waitFor();
    watched.complaints.splice(
      0,
      watched.complaints.length,
      ...watched.complaints.filter((text) => !/412/.test(text)),
    );
    await dialog.getByRole('button', { name: 'Save mine over theirs' }).click();
    await page.getByText('What grace says').waitFor();
    const revisions = page.getByRole('region', { name: 'Revisions' });
    // At first they may be those from before the last save.
    await revisions.getByRole('row', { name: /^3 .* the latest$/ }).waitFor();
    await revisions.getByRole('button', { name: 'Restore' }).first().click();
    await page.getByRole('dialog').getByText('It is saved as a new revision').waitFor();
    await confirmWith('Restore');
    await page.getByText('What somebody else says').waitFor();
  });

  it('P-12 is used with the keyboard alone', async () => {
    const { id } = await planOf('Pilot first');
    for (const address of ['/plans', '/plans/new', `/plans/${id}`, `/plans/${id}/edit`]) {
      await page.goto(address);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      expect(await notReached(page), address).toEqual([]);
    }
  });
});
