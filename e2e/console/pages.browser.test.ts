import { cycle } from '@patchbay/contracts/cycle';
import { endpointSummary } from '@patchbay/contracts/endpoint';
import { runSummary } from '@patchbay/contracts/run';
import { scriptSummary } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import type { User } from '@patchbay/contracts/user';
import { workflowSummary } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, shoot, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { openConsole } from './open-console.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { connectSampleMachines } from './sample-machines.ts';
import { notReached } from './tab-stops.ts';

describe.skipIf(!hasBrowser)('every page, with everything on it', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    ({ installation, watched } = await openConsole(cleanUp));
    const { api } = installation;
    await connectSampleMachines(installation, cleanUp);
    const opened = await makeSampleLibrary(installation);
    const [endpoint] = await api.list('/endpoints', endpointSummary, { search: 'app-01' });
    const [drain] = await api.list('/scripts', scriptSummary, { search: 'drain' });
    const [builtIn] = await api.list('/scripts', scriptSummary, { origin: 'builtIn' });
    const [pool] = await api.list('/tasks', task, { search: 'drain web' });
    const [web] = await api.list('/workflows', workflowSummary, { search: 'web' });
    const [linux] = await api.list('/workflows', workflowSummary, { search: 'linux' });
    const failures = await api.list('/runs', runSummary, { result: 'failed' });
    const failed = failures.find(({ plan }) => plan !== null);
    const [unhealthy] = await waitFor(
      async () => {
        const found = await api.list('/endpoints', endpointSummary, { health: 'unhealthy' });
        return found.length > 0 && found;
      },
      { what: 'the health check to say what it found' },
    );
    const [partial] = await api.list('/runs', runSummary, { result: 'partial' });
    ids.set('cycle', String(opened.cycle));
    for (const [name, thing] of Object.entries({ failed, partial })) ids.set(name, String(thing?.id));
    for (const [name, thing] of Object.entries({ endpoint, unhealthy, drain, builtIn, pool, web, linux })) {
      ids.set(name, thing?.id ?? 'missing');
    }
  });
  afterAll(() => cleanUp.disposeAsync());

  /** Each page by name: its address, where `:x` is the id of a sample, and words that show that it is there. */
  it.each([
    ['endpoints', '/endpoints', 'app-01.example.net'],
    ['endpoint', '/endpoints/:endpoint', 'What to do:'],
    ['endpoint-unhealthy', '/endpoints/:unhealthy', 'The database answers'],
    ['endpoint-patches', '/endpoints/:endpoint/patches', 'CVE-2024-5535'],
    ['endpoint-runs', '/endpoints/:endpoint/runs', 'Linux servers, monthly'],
    ['cycles', '/cycles', 'Linux servers, monthly'],
    ['cycle', '/cycles/:cycle', 'db-01.example.net'],
    ['run-failed', '/runs/:failed', 'Did not run the patch operation'],
    ['activities', '/activities', 'Patching'],
    ['scheduled', '/activities/scheduled', 'tag:role=database'],
    ['activity-failed', '/activities/:failed.pre-1.1', 'Checking /var'],
    ['activity-patches', '/activities/:partial.patch.1', 'dpkg: error processing'],
    ['tasks', '/system/tasks', 'Backup Before Patching'],
    ['task', '/system/tasks/:pool', 'A value is stored'],
    ['task-new', '/system/tasks/new', 'Choose the script first.'],
    ['scripts', '/system/scripts', 'Backup Before Patching'],
    ['script', '/system/scripts/:drain', 'PATCHBAY_POOL'],
    ['script-built-in', '/system/scripts/:builtIn', 'It comes with Patchbay'],
    ['script-revisions', '/system/scripts/:drain/revisions', 'What has changed since revision 1'],
    ['script-uses', '/system/scripts/:drain/uses', 'Drain web pool'],
    ['script-new', '/system/scripts/new', 'PATCHBAY_FACTS'],
    ['workflows', '/system/workflows', 'Linux (default)'],
    ['workflow', '/system/workflows/:web', 'goes on after a failure'],
    ['workflow-built-in', '/system/workflows/:linux', 'if rebootNeeded is'],
    ['workflow-new', '/system/workflows/new', 'Drag a task here'],
    ['settings', '/platform/settings', 'Whether post-patching steps run'],
    ['users', '/platform/users', 'grace'],
    ['invitations', '/platform/invitations', 'Used'],
    ['enrolment', '/platform/enrolment-tokens', 'sample machines'],
    ['api-tokens', '/platform/api-tokens', 'first administrator'],
    ['audit', '/platform/audit', 'plan.activate'],
    ['profile', '/profile', 'this one'],
  ])(
    'O-10 %s: no complaint, no serious finding, light and dark, and the keyboard reaches everything',
    async (name, address, words) => {
      const path = address.replace(/:(\w+)/, (_, id: string) => ids.get(id) ?? id);
      await watched.page.goto(path);
      // What is on the page may be the value of a field or of an editor.
      await watched.page.getByText(words).or(watched.page.getByPlaceholder(words)).first().waitFor();
      await inspect(watched, name);
      expect(await notReached(watched.page), name).toEqual([]);
    },
  );

  it('O-10 keeps few rows of 20,000 in the document, wherever the list is scrolled', async () => {
    const { page } = watched;
    const count = 20_000;
    const at = new Date().toISOString();
    const items = Array.from({ length: count }, (_, index): User => {
      const name = `user-${index}`;
      const standing = { role: 'viewer', status: 'active', lastSignInAt: at } as const;
      return {
        id: crypto.randomUUID(),
        name,
        displayName: name,
        createdAt: at,
        createdBy: 'test',
        ...standing,
      };
    });
    await page.route('**/api/v1/users?*', (route) => route.fulfill({ json: { items, nextCursor: null } }));
    await page.goto('/platform/users');
    await page.getByText('20,000 users').waitFor();
    const scroller = page.getByRole('grid', { name: 'users' });
    const rows = page.getByRole('grid', { name: 'users' }).getByRole('row');
    for (const share of [0.1, 0.35, 0.7, 0.99]) {
      const index = Math.round(share * count);
      await scroller.evaluate((element, top) => element.scrollTo({ top }), index * 44);
      await page.getByText(`user-${index}`, { exact: true }).first().waitFor();
      expect(await rows.count()).toBeLessThan(60);
    }
    await scroller.evaluate((element) => element.scrollTo({ top: 0 }));
    await page.getByRole('row', { name: /user-0 / }).focus();
    await page.keyboard.press('End');
    await page.locator('[role=row]:focus').getByText('user-19999').first().waitFor();
    expect(await rows.count()).toBeLessThan(60);
    await page.unroute('**/api/v1/users?*');
  });

  it('O-10 shows that a list is being read, and what to do when it cannot be', async () => {
    const { page, complaints } = watched;
    const answer = Promise.withResolvers<void>();
    await page.route('**/api/v1/endpoints?*', async (route) => {
      await answer.promise;
      await route.fulfill({ status: 502, body: 'Bad Gateway' });
    });
    await page.goto('/endpoints');
    await page.getByRole('status', { name: 'Reading endpoints' }).waitFor();
    await shoot(page, 'loading-endpoints');
    answer.resolve();
    await page.getByText('The server’s answer is not understood').waitFor();
    // The browser tells of the 502 that is wanted here, and of others if the list is read again meanwhile.
    await inspect(watched, 'problem-endpoints', /status of 502/);
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    await page.unroute('**/api/v1/endpoints?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('app-01.example.net').waitFor();
    complaints.length = 0;
  });

  it('O-10 shows what has changed while the server could not tell of it', async () => {
    const { page, complaints } = watched;
    const { api } = installation;
    await page.route('**/api/v1/events', (route) => route.abort());
    await page.goto('/cycles');
    await page.getByText('Linux servers, monthly').first().waitFor();
    const ofTask = { task: 'Drain web pool', on: 'endpoint:app-01.example.net' };
    const opened = await api.send('POST', '/task-runs', ofTask, cycle);
    await page.unroute('**/api/v1/events');
    await page.getByText(`#${opened.id}`, { exact: true }).waitFor();
    complaints.length = 0;
  });

  it('has a list that scrolls beside narrow windows, and navigation as signs', async () => {
    const { page } = watched;
    await page.setViewportSize({ width: 900, height: 700 });
    await page.goto('/activities');
    await page.getByText('Patching').first().waitFor();
    await inspect(watched, 'narrow-activities');
    await page.setViewportSize({ width: 1400, height: 860 });
  });
});
