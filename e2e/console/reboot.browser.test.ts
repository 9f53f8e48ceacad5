import { page as pageOf } from '@patchbay/contracts/page';
import { rebootFlow, rebootFlowEvent, rebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { runSummary } from '@patchbay/contracts/run';
import { task } from '@patchbay/contracts/task';
import { workflow } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import { type Desk, startDesk } from './desk.ts';
import type { Installation } from './installation.ts';
import { openConsole } from './open-console.ts';
import { notReached } from './tab-stops.ts';

const hour = 3_600_000;
const builtIn = 'Interactive Reboot (Linux)';

describe.skipIf(!hasBrowser)('Interactive Reboot in the console', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  let page: Page;
  let desk: Desk;

  beforeAll(async () => {
    ({ installation, watched, page } = await openConsole(cleanUp));
    desk = await startDesk(installation, 'desk-7.example.net', Date.now() - 4.2 * hour, cleanUp);
  });
  afterAll(() => cleanUp.disposeAsync());

  const taskId = async (name: string): Promise<string> => {
    const found = await installation.api.list('/tasks', task, { search: name });
    return found.find((one) => one.name === name)?.id ?? 'missing';
  };
  const flowNow = async (): Promise<string> => {
    const { items } = await installation.api.get('/reboots?pending=true', pageOf(rebootFlowSummary));
    return items[0]?.id ?? 'missing';
  };
  const ask = (): Promise<unknown> =>
    installation.api.send(
      'POST',
      '/task-runs',
      { task: builtIn, on: 'endpoint:desk-7.example.net' },
      z.unknown(),
    );
  const inStatus = (status: string): Promise<unknown> =>
    waitFor(
      async () => {
        const flow = await installation.api.get(`/reboots/${await flowNow()}`, rebootFlow).catch(() => null);
        return flow?.status === status;
      },
      { what: `the flow to be ${status}` },
    );

  it('R-17 O-04 says what to do while nobody is asked and nothing has happened', async () => {
    await page.goto('/reboots');
    await page.getByText('No endpoint waits for a reboot').waitFor();
    await inspect(watched, 'reboots-none');
    await page.goto('/endpoints?search=desk');
    await page.getByRole('link', { name: 'desk-7.example.net' }).click();
    await page.getByRole('link', { name: 'Reboots', exact: true }).click();
    await page.getByText('Its users have not been asked yet').waitFor();
  });

  it('R-17 L-24 draws what comes of the settings of the built-in task before they are saved, and saves them', async () => {
    await page.goto(`/system/tasks/${await taskId(builtIn)}`);
    await page.getByText('The settings are yours to change').waitFor();
    await page.getByLabel('If it begins').fill('2026-11-23T13:00');
    await page.getByRole('img', { name: /^Puts it off .*5 notifications/ }).waitFor();
    await inspect(watched, 'reboot-editor');
    expect(await notReached(page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Notification count' }).fill('2');
    const snoozing = page.getByRole('img', { name: /^Snoozes each time/ });
    await waitFor(async () => (await snoozing.getAttribute('aria-label'))?.includes('reboot at 21:15'), {
      what: 'the example of R-08',
    });
    expect(await snoozing.getAttribute('aria-label')).toBe(
      'Snoozes each time: 2 notifications from 13:00 to 17:00, final warning at 21:00, reboot at 21:15.',
    );
    const immediate = page.getByRole('img', { name: /^Reboots at once/ });
    expect(await immediate.getAttribute('aria-label')).toContain('reboot at 13:02');
    await page.getByText('Every moment in words').click();
    await page.getByRole('cell', { name: 'Notification 2 is snoozed' }).first().waitFor();
    await inspect(watched, 'reboot-editor-words');
    await page.getByText('Every moment in words').click();

    await page.getByRole('textbox', { name: 'Notification count' }).fill('0');
    await page
      .getByRole('img', { name: /^Never answers: final warning at 13:00, reboot at 13:15/ })
      .waitFor();
    await page.getByText('This computer is about to reboot').first().waitFor();
    await inspect(watched, 'reboot-editor-count-0');

    await page.getByLabel('Deadline').fill('2026-11-23T18:30');
    await page.getByRole('textbox', { name: 'Notification count' }).fill('2');
    await page.getByRole('img', { name: /^Puts it off .*final warning at 18:15, reboot at 18:30/ }).waitFor();
    await inspect(watched, 'reboot-editor-deadline');
    await page.getByLabel('Deadline').fill('');

    await page.getByRole('textbox', { name: 'Reboot-now delay' }).fill('20');
    await page.getByText('Must not be longer than the final warning').waitFor();
    await page.getByText('Mend the fields that are marked').first().waitFor();
    await inspect(watched, 'reboot-editor-wrong');
    await page.getByRole('textbox', { name: 'Reboot-now delay' }).fill('2');

    await page.getByRole('button', { name: 'Add a choice' }).click();
    await page.getByRole('checkbox', { name: 'Allow the user to cancel' }).check();
    await page.getByRole('textbox', { name: 'Company' }).fill('Harbour IT');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is saved.').waitFor();
    const saved = await installation.api.get(`/tasks/${await taskId(builtIn)}`, task);
    expect(saved.interactiveReboot).toMatchObject({
      notificationCount: 2,
      allowCancel: true,
      company: 'Harbour IT',
      deadlineAt: null,
      snoozeChoices: [
        { kind: 'for', minutes: 240 },
        { kind: 'at', day: 1, hour: 9, minute: 0 },
      ],
    });
  });

  it('R-17 shows every prompt as users see it, in their language', async () => {
    await page.goto(`/system/tasks/${await taskId(builtIn)}`);
    const terminal = page.getByRole('figure', { name: /Terminal/ });
    await terminal.getByText('patchbay reboot-answer now').waitFor();
    await page.getByText('Final warning', { exact: true }).last().click();
    await page.getByText('It reboots:').first().waitFor();
    await page.getByRole('combobox', { name: 'Language of the prompts' }).click();
    await page.getByRole('option', { name: 'German' }).click();
    await page.getByText('Jetzt neu starten').first().waitFor();
    await page.getByRole('figure').first().scrollIntoViewIfNeeded();
    await inspect(watched, 'reboot-prompts-linux');
    await page.goto(`/system/tasks/${await taskId('Interactive Reboot (Windows)')}`);
    await page.getByRole('figure', { name: /Windows 10/ }).scrollIntoViewIfNeeded();
    await inspect(watched, 'reboot-prompts-windows');
  });

  it('L-24 edits a personal copy whole, and lets a step of a workflow set its own', async () => {
    const { api } = installation;
    await api.send('POST', `/tasks/${await taskId(builtIn)}/duplicate`, { name: 'Ask the shop' }, task);
    await page.goto(`/system/tasks/${await taskId('Ask the shop')}`);
    await page.getByRole('textbox', { name: 'Description' }).fill('For the shop floor');
    await page.getByRole('button', { name: 'Defaults' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is saved.').waitFor();
    const copy = await api.get(`/tasks/${await taskId('Ask the shop')}`, task);
    expect([copy.description, copy.interactiveReboot?.notificationCount]).toEqual(['For the shop floor', 5]);

    const draft = { name: 'Shop', os: 'linux', postPatching: [{ task: 'Ask the shop' }] };
    const made = await api.send('POST', '/workflows', draft, workflow);
    await page.goto(`/system/workflows/${made.id}`);
    await page.getByRole('button', { name: 'What to do with Ask the shop' }).click();
    await page.getByRole('menuitem', { name: /Interactive Reboot settings/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Notification count' }).fill('0');
    await dialog.getByText('Set on this step: notification count.').waitFor();
    await inspect(watched, 'reboot-step');
    await dialog.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('own notification count').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is saved.').waitFor();
    const saved = await api.get(`/workflows/${made.id}`, workflow);
    expect(saved.postPatching[0]?.interactiveReboot).toEqual({ notificationCount: 0 });
  });

  it('R-17 R-10 shows what a user was shown and answered, what comes next, and the latest reboot', async () => {
    await ask();
    await waitFor(() => desk.notifier.screen('ada') !== null, { what: 'the first notification' });
    await inStatus('asking');
    desk.notifier.answer('ada', { kind: 'snooze', choice: 0 });
    await inStatus('snoozed');
    await desk.clock.advance(4 * hour);
    await waitFor(() => desk.notifier.screen('ada') !== null, { what: 'the second notification' });
    await inStatus('asking');

    await page.goto('/endpoints?pendingReboot=true');
    await page
      .getByRole('row', { name: /desk-7/ })
      .getByText('Pending', { exact: true })
      .waitFor();
    await page.getByRole('link', { name: 'desk-7.example.net' }).click();
    await page.getByRole('link', { name: 'See what comes next' }).click();
    const told = page.getByRole('list', { name: 'What happened' });
    await told.getByText('ada was shown notification 1 of 2.').waitFor();
    await told.getByText('ada was shown notification 2 of 2.').waitFor();
    await page.getByRole('list', { name: 'What comes' }).getByText('Reboot, at the latest').waitFor();
    await page.getByText('Notification 2 of 2 is on the screen.').waitFor();
    await inspect(watched, 'endpoint-reboots');
    expect(await notReached(page)).toEqual([]);

    const [run] = await installation.api.list('/runs', runSummary, { status: 'awaitingUser' });
    await page.goto(`/runs/${run?.id}`);
    await page.getByText('It waits for the user of the endpoint').waitFor();
    await inspect(watched, 'run-awaits-user');
    await page.getByRole('link', { name: /See what was shown and answered/ }).click();
    await page.getByRole('heading', { name: 'Reboot of desk-7.example.net' }).waitFor();
  });

  it('R-17 lists pending reboots, and cancels one after saying what that touches', async () => {
    await page.goto('/reboots');
    const row = page.getByRole('row', { name: /desk-7/ });
    await row.getByText('Asks the user').waitFor();
    await row.getByText('1 of 2').waitFor();
    await inspect(watched, 'reboots');
    expect(await notReached(page)).toEqual([]);
    await page.getByRole('button', { name: 'State' }).click();
    await page.getByRole('menuitem', { name: 'Snoozed' }).click();
    await page.waitForURL(/status=snoozed/);
    await page.getByText('No pending reboots match').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row.hover();
    await row.getByRole('button', { name: 'Cancel the reboot of desk-7.example.net' }).click();
    await page.getByRole('dialog').getByText('it still is').waitFor();
    await inspect(watched, 'reboots-cancel');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the reboot' }).click();
    await page.getByText('No endpoint waits for a reboot').waitFor();
    await waitFor(() => desk.notifier.screen('ada') === null, { what: 'the notification to go away' });
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page
      .getByRole('row', { name: /desk-7/ })
      .getByText('Given up')
      .waitFor();
  });

  it('O-04 R-10 finds entries of Logs & Alerts by level, category, endpoint and words, and shows new ones as they come', async () => {
    await page.goto('/platform/logs');
    await page.getByRole('row', { name: /ada was shown notification 1 of 2/ }).waitFor();
    await page.getByRole('row', { name: /grace asked the endpoint to give up/ }).waitFor();
    await inspect(watched, 'logs');
    expect(await notReached(page)).toEqual([]);
    await page.getByRole('button', { name: 'Category' }).click();
    await page.getByRole('menuitem', { name: 'Reboot' }).click();
    await page.waitForURL(/category=reboot/);
    await page.getByRole('searchbox').fill('snooz');
    await page.waitForURL(/search=snooz/);
    await page.getByRole('row', { name: /ada.*snooze/ }).waitFor();
    await page
      .getByRole('row', { name: /was shown/ })
      .first()
      .waitFor({ state: 'detached' });

    await page.goto('/platform/logs?category=reboot');
    await page.getByRole('button', { name: 'Of one endpoint' }).click();
    await page.getByRole('combobox', { name: 'Endpoint' }).fill('desk');
    await page.getByRole('option', { name: 'desk-7.example.net' }).click();
    await page.waitForURL(/endpoint=/);
    await page.getByRole('button', { name: 'Endpoint: desk-7.example.net' }).waitFor();
    const shown = page.getByRole('row', { name: /was shown notification 1 of 2/ });
    await shown.first().waitFor();
    const before = await shown.count();
    await ask();
    await waitFor(async () => (await shown.count()) > before, { what: 'the new entry to appear by itself' });
    await page.goto('/platform/logs?level=error');
    await page.getByText('No entries match').waitFor();
  });

  it('R-17 tells of the reboot when it has come', async () => {
    await waitFor(() => desk.notifier.screen('ada') !== null, { what: 'the notification' });
    await inStatus('asking');
    const id = await flowNow();
    desk.notifier.answer('ada', { kind: 'rebootNow' });
    await inStatus('restarting');
    await page.goto(`/reboots/${id}`);
    await page.getByText('About to reboot').first().waitFor();
    await desk.boot();
    await page.getByRole('heading', { level: 1 }).locator('..').getByText('Rebooted').waitFor();
    await inspect(watched, 'reboot-over');
  });

  it('R-17 marks what an endpoint has reported and cannot be', async () => {
    const { items } = await installation.api.get('/reboots?ending=rebooted', pageOf(rebootFlowSummary));
    const id = items[0]?.id ?? 'missing';
    const disputed = 'the notification is not the current one';
    await page.route(`**/api/v1/reboots/${id}`, async (route) => {
      const flow: object = await (await route.fetch()).json();
      await route.fulfill({ json: { ...flow, disputed: true } });
    });
    await page.route(`**/api/v1/reboots/${id}/events?*`, async (route) => {
      const events = pageOf(rebootFlowEvent).parse(await (await route.fetch()).json());
      const [, answered] = events.items;
      const stale = answered === undefined ? [] : [{ ...answered, sequence: 99, notes: [], disputed }];
      await route.fulfill({ json: { ...events, items: [...events.items, ...stale] } });
    });
    await page.goto(`/reboots/${id}`);
    await page.getByText('Some reports are disputed').waitFor();
    await page
      .getByRole('list', { name: 'What happened' })
      .getByText(`which changed nothing: ${disputed}.`)
      .waitFor();
    await inspect(watched, 'reboot-disputed');
    await page.unrouteAll();
  });
});
