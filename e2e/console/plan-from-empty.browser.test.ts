import { readFileSync } from 'node:fs';
import { cycle, cycleStoryEntry } from '@patchbay/contracts/cycle';
import { runSummary } from '@patchbay/contracts/run';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  hasBrowser,
  inspect,
  inspectPaper,
  joinAs,
  newContext,
  openBrowser,
  type WatchedPage,
  watchedPage,
} from './console-browser.ts';
import { type Installation, startInstallation } from './installation.ts';
import { PlanJourney } from './plan-journey.ts';
import { connectFleet, type SimulatedMachine } from './simulated-fleet.ts';
import { notReached } from './tab-stops.ts';

const machines: readonly SimulatedMachine[] = [
  ...numbered('basel-app', 'linux', 2),
  ...numbered('basel-pc', 'windows', 2),
  ...numbered('bern-app', 'linux', 6),
  ...numbered('bern-pc', 'windows', 4),
  ...numbered('zurich-app', 'linux', 4),
  { name: 'zurich-pc-1', os: 'windows', fails: true },
  { name: 'zurich-pc-2', os: 'windows' },
];

describe.skipIf(!hasBrowser)('a plan from an empty installation to its report', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let journey: PlanJourney;

  beforeAll(async () => {
    installation = await startInstallation(cleanUp);
    browser = await openBrowser();
    cleanUp.defer(() => browser.close());
    watched = await watchedPage(await newContext(browser, installation.url));
    page = watched.page;
    journey = new PlanJourney(page);
  });
  afterAll(() => cleanUp.disposeAsync());

  const waves = () => page.getByRole('list', { name: 'Waves' });
  const phases = () => page.getByRole('list', { name: 'Phases' });
  const progress = () => page.getByRole('region', { name: 'How its runs go' });
  const theCycle = async () => {
    const [known] = await installation.api.list('/cycles', cycle);
    return installation.api.get(`/cycles/${known?.id ?? 0}`, cycle);
  };

  it('S-01 E-01 given the one-time link when machines run the command then they appear without a reload', async () => {
    await journey.becomeAdministrator(installation.firstLink);
    // Nobody was signed in before: the browser tells of the 401.
    watched.complaints.length = 0;
    const token = await journey.makeEnrolmentToken(machines.length);
    const fleet = await connectFleet(installation.url, token, machines);
    for (const agent of fleet) cleanUp.defer(() => agent.stop());
    await page.getByText('20 endpoints', { exact: true }).waitFor();
    await inspect(watched, 'journey-1-endpoints');
  });

  it('E-13 P-06 given two groups by rule when their window is drawn then the calendar shows that it is open', async () => {
    await journey.makeGroup('Application servers', { os: 'Linux', like: '*-app-*', members: 12 });
    await inspect(watched, 'journey-2-group');
    await journey.create('Application servers');
    await journey.makeGroup('Workplaces', { os: 'Windows', like: '*-pc-*', members: 8 });
    await journey.create('Workplaces');
    await journey.makeOpenWindow('Servers, every day', 'Application servers');
    await journey.create('Servers, every day');
    await page.getByText(/Open until/).waitFor();
    await page.goto('/system/windows/calendar');
    await page.getByRole('link', { name: 'Servers, every day' }).first().waitFor();
    await inspect(watched, 'journey-3-calendar');
  });

  it('P-03 P-08 P-11 given the editor of plans when it is gone through then preview and forecast answer', async () => {
    await page.goto('/plans');
    await page.getByRole('button', { name: 'New plan' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('November, everywhere');
    await journey.step(/Endpoints and workflows/);
    await page.getByLabel('Endpoints of row 1').first().fill('group:Application servers');
    await page.getByLabel('Endpoints of row 2').first().fill('group:Workplaces');
    await page.getByRole('button', { name: 'Remove row 4' }).click();
    await page.getByRole('button', { name: 'Remove row 3' }).click();
    await page.getByText('It means 20 endpoints at present.').waitFor();
    const preview = page.getByRole('region', { name: 'Which workflow, and why' });
    for (const [endpoint, workflow] of [
      ['bern-app-1', 'Linux Patching'],
      ['bern-pc-1', 'Windows Patching'],
    ] as const) {
      await preview.getByRole('combobox', { name: 'Endpoint' }).fill(endpoint);
      await page.getByRole('option', { name: endpoint }).click();
      await preview.getByText(workflow).first().waitFor();
    }
    await inspect(watched, 'journey-4-assignments');
    await journey.step(/Schedule/);
    await page.getByRole('checkbox', { name: 'Somebody has to approve' }).check();
    await journey.step(/Rollout/);
    await page.getByRole('button', { name: 'Add a wave' }).click();
    await journey.choose('Size by', 'Number of endpoints');
    await page.getByRole('textbox', { name: 'Endpoints', exact: true }).fill('4');
    await page.getByRole('checkbox', { name: 'Somebody opens the next' }).check();
    await page.getByRole('textbox', { name: 'At the same time' }).fill('4');
    await journey.choose('Order', 'By name');
    await inspect(watched, 'journey-5-rollout');
    await journey.step(/Review/);
    const forecast = page.getByRole('region', { name: 'Forecast' });
    await forecast.getByRole('img', { name: /20 endpoints/ }).waitFor();
    await inspect(watched, 'journey-6-review');
    await journey.create('November, everywhere');
  });

  it('P-09 given an author who may not approve when somebody else does then the cycle opens', async () => {
    const plan = page.url();
    await journey.confirm('Activate');
    await page.getByText('Its cycle opens as soon as somebody approves.').waitFor();
    await journey.confirm('Approve');
    await page.getByText(/ada has written the plan, and somebody else has to approve it/).waitFor();
    watched.complaints.length = 0;
    const link = await journey.invite('approver');
    await page.goto(plan);
    await page.getByText('Its cycle opens as soon as somebody approves.').waitFor();
    const approver = await watchedPage(await newContext(browser, installation.url));
    await joinAs(approver, link, 'peggy');
    await approver.page.goto('/plans');
    await approver.page.getByRole('link', { name: 'November, everywhere' }).click();
    await new PlanJourney(approver.page).confirm('Approve');
    await page.getByText('Its cycle is open, and endpoints are being worked on.').waitFor();
    await approver.page.context().close();
    await page.getByRole('link', { name: /Cycle #/ }).click();
  });

  it('P-08 P-14 given an open cycle when it is halted and resumed then its page tells so without a reload', async () => {
    await page.evaluate('window.notReloaded = true');
    await waves().getByText('gate: needs approval').waitFor();
    await waves().getByText('4 of 4 ended').waitFor();
    await phases().getByText('0 at it, 4 past it').first().waitFor();
    await inspect(watched, 'journey-7-gate');
    expect(await notReached(page)).toEqual([]);

    await journey.confirm('Approve the next wave', 'Approve');
    await phases()
      .getByText(/^[1-4] at it/)
      .first()
      .waitFor();
    await waves()
      .getByText(/^[1-9] of 16 ended$/)
      .waitFor();
    await inspect(watched, 'journey-8-running');
    await journey.halt('The shop is slow');
    await page.getByText('Halted: The shop is slow').waitFor();
    await progress().getByText('running').waitFor({ state: 'detached' });
    await inspect(watched, 'journey-9-halted');
    await journey.confirm('Resume');

    await page.getByRole('link', { name: 'What happened' }).click();
    const river = page.getByRole('region', { name: 'The runs over time' }).getByRole('img');
    const earlier = await river.getAttribute('aria-label');
    await waitFor(async () => (await river.getAttribute('aria-label')) !== earlier, {
      timeoutMs: 15_000,
      what: 'the picture of the runs over time to move',
    });
    await waves().getByText('16 of 16 ended').waitFor();
    await page.getByText('Every run of the cycle has ended.').waitFor();
    await inspect(watched, 'journey-10-done');
    expect(await page.evaluate('window.notReloaded')).toBe(true);
  });

  it('P-08 nothing was started while the cycle was halted', async () => {
    const { id } = await theCycle();
    const story = await installation.api.get(`/cycles/${id}/story`, cycleStoryEntry.array());
    const at = (words: RegExp): number =>
      Date.parse(story.find(({ sentences }) => words.test(sentences.join(' ')))?.at ?? '');
    const [haltedAt, resumedAt] = [at(/The shop is slow/), at(/resumed/)];
    const runs = await installation.api.list('/runs', runSummary, { cycle: id });
    const started = runs.map(({ startedAt }) => Date.parse(startedAt ?? ''));
    expect(started.filter((time) => time < haltedAt).length).toBeGreaterThan(4);
    expect(started.filter((time) => haltedAt <= time && time < resumedAt)).toEqual([]);
    expect(started.filter((time) => time >= resumedAt).length).toBeGreaterThan(0);
    expect(runs.filter(({ result }) => result !== 'succeeded').map(({ endpoint }) => endpoint.name)).toEqual([
      'zurich-pc-1',
    ]);
  });

  it('P-15 P-12 given a finished cycle then its report is read, printed and saved, and its card is in Completed', async () => {
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Report' }).click();
    const report = { page: await opened, complaints: [] };
    await report.page.getByRole('heading', { name: /^Report of cycle/ }).waitFor();
    await report.page.getByText('1 of 2 patches were installed, 1 failed').waitFor();
    expect((await inspectPaper(report, 'journey-11-report')).subarray(0, 5).toString()).toBe('%PDF-');
    const [file] = await Promise.all([
      report.page.waitForEvent('download'),
      report.page.getByRole('link', { name: /as CSV/ }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(1 + 12 * 3 + 8 * 2);
    expect(lines.filter((line) => line.startsWith('zurich-pc-1,') && line.includes('failed'))).toHaveLength(
      1,
    );
    await report.page.close();

    await page.goto('/plans');
    const card = page.getByRole('region', { name: 'Completed' }).getByRole('article');
    await card.getByRole('link', { name: 'November, everywhere' }).waitFor();
    await card.getByText('19 succeeded, 1 partial').waitFor();
    await inspect(watched, 'journey-12-board');
  });
});

function numbered(prefix: string, os: SimulatedMachine['os'], count: number): SimulatedMachine[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}-${index + 1}`, os }));
}
