import { cycle } from '@patchbay/contracts/cycle';
import { endpointSummary } from '@patchbay/contracts/endpoint';
import { createdInvitation } from '@patchbay/contracts/invitation';
import { runSummary } from '@patchbay/contracts/run';
import { scriptSummary } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { workflowSummary } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
  hasBrowser,
  inspect,
  joinAs,
  newContext,
  openBrowser,
  type WatchedPage,
  watchedPage,
} from './console-browser.ts';
import { type Installation, startInstallation } from './installation.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { connectSampleMachines } from './sample-machines.ts';

describe.skipIf(!hasBrowser)('every page, with everything on it', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    installation = await startInstallation(cleanUp);
    const { api, url } = installation;
    const agents = await connectSampleMachines(installation);
    for (const agent of agents) cleanUp.defer(() => agent.stop());
    const opened = await makeSampleLibrary(installation);
    await waitFor(async () => (await api.get(`/cycles/${opened.cycle}`, cycle)).status === 'finished', {
      timeoutMs: 30_000,
      what: 'the sample cycle to finish',
    });
    const [endpoint] = await api.list('/endpoints', endpointSummary, { search: 'app-01' });
    const [drain] = await api.list('/scripts', scriptSummary, { search: 'drain' });
    const [builtIn] = await api.list('/scripts', scriptSummary, { origin: 'builtIn' });
    const [pool] = await api.list('/tasks', task, { search: 'drain web' });
    const [web] = await api.list('/workflows', workflowSummary, { search: 'web' });
    const [linux] = await api.list('/workflows', workflowSummary, { search: 'linux' });
    const [failed] = await api.list('/runs', runSummary, { result: 'failed' });
    const [partial] = await api.list('/runs', runSummary, { result: 'partial' });
    for (const [name, thing] of Object.entries({ failed, partial })) ids.set(name, String(thing?.id));
    for (const [name, thing] of Object.entries({ endpoint, drain, builtIn, pool, web, linux })) {
      ids.set(name, thing?.id ?? 'missing');
    }

    const { link } = await api.send('POST', '/invitations', { role: 'administrator' }, createdInvitation);
    const browser = await openBrowser();
    cleanUp.defer(() => browser.close());
    watched = await watchedPage(await newContext(browser, url));
    await joinAs(watched, link, 'grace');
  });
  afterAll(() => cleanUp.disposeAsync());

  /** Each page by name: its address, where `:x` is the id of a sample, and words that show that it is there. */
  it.each([
    ['endpoints', '/endpoints', 'app-01.example.net'],
    ['endpoint', '/endpoints/:endpoint', 'What to do:'],
    ['endpoint-patches', '/endpoints/:endpoint/patches', 'CVE-2024-5535'],
    ['endpoint-runs', '/endpoints/:endpoint/runs', 'Linux servers, monthly'],
    ['cycles', '/cycles', 'Linux servers, monthly'],
    ['cycle', '/cycles/1', 'db-01.example.net'],
    ['run-failed', '/runs/:failed', 'Did not run the patch operation'],
    ['activities', '/activities', 'Patching'],
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
  ])('%s: no complaint, no serious finding, light and dark', async (name, address, words) => {
    const path = address.replace(/:(\w+)/, (_, id: string) => ids.get(id) ?? id);
    await watched.page.goto(path);
    // What is on the page may be the value of a field or of an editor.
    await watched.page.getByText(words).or(watched.page.getByPlaceholder(words)).first().waitFor();
    await inspect(watched, name);
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
