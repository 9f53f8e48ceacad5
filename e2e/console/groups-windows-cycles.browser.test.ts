import { cycle } from '@patchbay/contracts/cycle';
import { group, groupSummary } from '@patchbay/contracts/group';
import { plan } from '@patchbay/contracts/plan';
import { task } from '@patchbay/contracts/task';
import { workflow } from '@patchbay/contracts/workflow';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { openConsole } from './open-console.ts';
import { connectSampleMachines } from './sample-machines.ts';
import { notReached } from './tab-stops.ts';

describe.skipIf(!hasBrowser)('groups, maintenance windows and the cycles that follow them', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    ({ installation, watched, page } = await openConsole(cleanUp));
    await connectSampleMachines(installation, cleanUp);
  });
  afterAll(() => cleanUp.disposeAsync());

  const choose = async (label: string, option: string): Promise<void> => {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  it('E-13 builds a rule as a tree, and shows who belongs to it while it is edited', async () => {
    await page.goto('/system/groups');
    await page.getByText('No groups yet').waitFor();
    await inspect(watched, 'groups-none');
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Pilot ring');
    await page.getByText('4 endpoints').waitFor();
    await page.getByRole('button', { name: 'Condition', exact: true }).click();
    await choose('Fact of condition 1', 'Tag …');
    await page.getByText('Give a name: letters').waitFor();
    await page.getByRole('textbox', { name: 'Name of the tag of condition 1' }).fill('ring');
    await page.getByRole('textbox', { name: 'Value of condition 1' }).fill('pilot');
    await page.getByText('operating system is linux, and tag ring is pilot').waitFor();
    await page.getByText('1 endpoint', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'app-01.example.net' }).waitFor();
    await page.getByRole('button', { name: 'Rule within' }).click();
    await choose('Fact of condition 2 0', 'Address');
    await page.getByRole('textbox', { name: 'Value of condition 2 0' }).fill('192.0.2.999');
    await page.getByText('Must be a network such as 10.1.0.0/16').waitFor();
    await inspect(watched, 'group-new');
    await page.getByRole('textbox', { name: 'Value of condition 2 0' }).fill('192.0.2.0/24');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Pilot ring' }).waitFor();
    expect(await notReached(page)).toEqual([]);
    await page.goto('/system/groups');
    await page
      .getByRole('row', { name: /Pilot ring/ })
      .getByText('1', { exact: true })
      .waitFor();
    await inspect(watched, 'groups');
  });

  it('E-13 shows both versions when somebody else has changed a group meanwhile', async () => {
    const { api } = installation;
    const [found] = await api.list('/groups', groupSummary);
    const id = String(found?.id);
    await page.goto(`/system/groups/${id}`);
    await page.getByRole('textbox', { name: 'Description' }).fill('The first to be patched');
    const { value, etag } = await api.getWithTag(`/groups/${id}`, group);
    const theirs = { name: value.name, description: 'Changed elsewhere', rule: value.rule };
    await api.send('PUT', `/groups/${id}`, theirs, group, etag);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('dialog').getByText('Somebody else has changed').waitFor();
    // The browser tells of the 412 that is wanted here.
    watched.complaints.length = 0;
    await page.getByRole('dialog').getByRole('button', { name: 'Save mine over theirs' }).click();
    await page.getByText('“Pilot ring” is saved.').waitFor();
    expect((await api.get(`/groups/${id}`, group)).description).toBe('The first to be patched');
  });

  it('P-06 pictures a window while it is edited, and warns of what it will not do', async () => {
    await page.goto('/system/windows/new');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Pilot nights');
    await page.getByRole('combobox', { name: 'Add a group' }).click();
    await page.getByRole('option', { name: 'Pilot ring' }).click();
    await page.getByText('Now: app-01.example.net').waitFor();
    // Long ago, so that the month of today has openings, however late in it that is.
    await page.getByLabel('From').fill('2026-01-03');
    await page.getByText('22:00–02:00 (+1)').first().waitFor();
    const duration = page.getByRole('textbox', { name: 'Open for' });
    await duration.fill('20');
    await page.getByText('too short to start anything').waitFor();
    await duration.fill('20000');
    await duration.blur();
    await duration.fill('240');
    await page.getByRole('button', { name: 'Add days' }).click();
    await page.getByLabel('First day of blackout 1').fill(`${monthAhead(1)}-24`);
    await page.getByLabel('Last day of blackout 1').fill(`${monthAhead(1)}-01`);
    await page.getByText('Is before the first day').waitFor();
    await page.getByLabel('Last day of blackout 1').fill(`${monthAhead(3)}-03`);
    await page.getByLabel('Reason of blackout 1').fill('Change freeze');
    await page.getByRole('button', { name: 'Month after' }).click();
    await page.getByText('blacked out').first().waitFor({ state: 'attached' });
    await inspect(watched, 'window-new');
    expect(await notReached(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Pilot nights' }).waitFor();
    await page.getByText('for 1 endpoint now').waitFor();
    await page.goto('/system/windows');
    await page
      .getByRole('row', { name: /Pilot nights/ })
      .getByText('every Saturday')
      .waitFor();
    await inspect(watched, 'windows');
    await page.getByRole('link', { name: 'Calendar' }).click();
    await page.getByRole('link', { name: 'Pilot nights' }).first().waitFor();
    await inspect(watched, 'windows-calendar');
    expect(await notReached(page)).toEqual([]);
  });

  it('E-13 does not delete a group that is in use, and leads to what uses it', async () => {
    await page.goto('/system/groups');
    await page.getByRole('row', { name: /Pilot ring/ }).focus();
    await page.getByRole('button', { name: 'Delete Pilot ring' }).click();
    await page.getByRole('dialog').getByText('“Pilot ring” cannot be deleted').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: 'Pilot nights' }).click();
    await page.getByRole('heading', { name: 'Pilot nights' }).waitFor();
  });

  it('P-06 shows on an endpoint its groups, its windows and when it may be worked on', async () => {
    await page.goto('/endpoints?search=app-01');
    await page.getByText('app-01.example.net').click();
    const section = page.getByRole('region', { name: 'Groups and maintenance windows' });
    await section.getByRole('link', { name: 'Pilot ring' }).waitFor();
    await section.getByRole('link', { name: 'Pilot nights' }).waitFor();
    await inspect(watched, 'endpoint-times');
  });

  it('E-13 chooses the endpoints of a Run Task by group', async () => {
    const [some] = await installation.api.list('/tasks', task, { os: 'linux' });
    await page.goto(`/system/tasks/${some?.id ?? ''}`);
    await page.getByRole('button', { name: 'Run task' }).click();
    await page.getByText('By group').click();
    await page.getByRole('combobox', { name: 'Group' }).click();
    await page.getByRole('option', { name: 'Pilot ring' }).click();
    await page.getByRole('button', { name: 'Run on app-01.example.net' }).waitFor();
    await page.getByRole('button', { name: 'Leave it' }).click();
  });

  it('P-08 approves the next wave, halts with a reason and resumes, and says what each touches', async () => {
    const { api } = installation;
    await api.send(
      'POST',
      '/workflows',
      { name: 'Patch only', os: 'linux', prePatching: [], postPatching: [], afterReboot: [] },
      workflow,
    );
    const waved = await api.send(
      'POST',
      '/plans',
      {
        name: 'November, in waves',
        // Outside of the window that there is.
        emergency: true,
        assignments: [{ endpoints: 'os:linux', os: 'linux', workflow: 'Patch only' }],
        rollout: {
          waves: [
            { name: 'Pilot', size: { kind: 'group', group: 'Pilot ring' }, gate: { approval: true } },
            { name: 'Half', size: { kind: 'percent', percent: 50 }, gate: { soakMinutes: 60 } },
          ],
        },
      },
      plan,
    );
    const opened = await api.send('POST', `/plans/${waved.id}/activate`, {}, cycle);
    await waitFor(
      async () => {
        const { rollout } = await api.get(`/cycles/${opened.id}`, cycle);
        return rollout?.waves[0]?.gate?.state === 'approval';
      },
      { what: 'the first wave to wait for approval' },
    );
    await page.goto(`/cycles/${opened.id}`);
    const waves = page.getByRole('list', { name: 'Waves' });
    await waves.getByText('gate: needs approval').waitFor();
    await page.getByText(/^Of those queued: \d+ in waves that are not open yet\.$/).waitFor();
    await page.getByRole('gridcell', { name: 'Its wave is not open yet' }).first().waitFor();
    await inspect(watched, 'cycle-waves');
    expect(await notReached(page)).toEqual([]);
    // What ended well stands last, whatever is queued.
    const result = page.getByRole('columnheader', { name: 'Result' });
    expect(await result.getAttribute('aria-sort')).toBe('ascending');
    const cells = page.getByRole('gridcell').filter({ hasText: /^(Queued|Succeeded)$/ });
    await cells.first().waitFor();
    const results = await cells.allInnerTexts();
    expect(results.length).toBeGreaterThan(1);
    expect(results).toEqual(results.toSorted());
    await page.getByRole('button', { name: 'Approve the next wave' }).click();
    await page.getByRole('dialog').getByText('more endpoints are worked on').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await waves.getByText('gate passed').waitFor();
    await page.getByRole('button', { name: 'Halt' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('The shop is slow');
    await page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click();
    await page.getByText('The shop is slow').first().waitFor();
    await inspect(watched, 'cycle-halted');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByText('What halted it is put up with').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Halt' }).waitFor();
    await page.getByRole('link', { name: 'What happened' }).click();
    await page.getByText('The shop is slow').first().waitFor();
    await inspect(watched, 'cycle-story');
  });

  it('P-14 asks for counts and one page of runs, however many endpoints a cycle has', async () => {
    const [known] = await installation.api.list('/cycles', cycle);
    const real = await installation.api.get(`/cycles/${known?.id ?? 0}`, cycle);
    const counts = { awaitingUser: 0, partial: 0, cancelled: 0, missedWindow: 0, skipped: 0 };
    const waves = Array.from({ length: 4 }, (_, index) => ({
      name: `Wave ${index + 1}`,
      open: index < 2,
      openedAt: index < 2 ? real.openedAt : null,
      counts: { ...counts, queued: index < 2 ? 0 : 4900, active: index * 50, succeeded: 5000, failed: 12 },
      gate: null,
    }));
    const large = {
      ...real,
      runs: { ...real.runs, total: 20_000, queued: 9800, running: 300, succeeded: 9900 },
      rollout: real.rollout && {
        ...real.rollout,
        waves,
        phases: { prePatching: 20, patch: 200, postPatching: 60, afterReboot: 20 },
      },
    };
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().replace(/^.*?:\d+/, '')));
    await page.route(`**/api/v1/cycles/${real.id}`, (route) => route.fulfill({ json: large }));
    await page.goto(`/cycles/${real.id}`);
    await page.getByText('9,900', { exact: true }).waitFor();
    await page.getByRole('grid', { name: 'runs' }).getByRole('row').nth(1).waitFor();
    // It may have been read again because a run went on.
    const lists = new Set(asked.filter((address) => address.startsWith('/api/v1/runs?')));
    expect([...lists]).toEqual([`/api/v1/runs?cycle=${real.id}&sort=urgency&limit=100`]);
    expect(await page.getByRole('grid', { name: 'runs' }).getByRole('row').count()).toBeLessThan(60);
    await inspect(watched, 'cycle-large');
    await page.unroute(`**/api/v1/cycles/${real.id}`);
  });
});

/** A month from now on, such as `2026-12`. */
function monthAhead(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months)).toISOString().slice(0, 7);
}
