import { readFileSync } from 'node:fs';
import { cycle, cycleStoryEntry } from '@patchbay/contracts/cycle';
import { runSummary } from '@patchbay/contracts/run';
import { waitFor } from '@patchbay/testkit/wait-for';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, inspect, inspectPaper, type WatchedPage } from './console-browser.ts';
import type { Installation } from './installation.ts';
import { openNewConsole } from './open-console.ts';
import { PlanJourney } from './plan-journey.ts';
import { connectFleet, type SimulatedFleet, type SimulatedMachine } from './simulated-fleet.ts';
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

const name = 'November, everywhere';

describe.skipIf(!hasBrowser)('a plan from an empty installation to its report', () => {
  const cleanUp = new AsyncDisposableStack();
  let installation: Installation;
  let watched: WatchedPage;
  let page: Page;
  let journey: PlanJourney;
  let fleet: SimulatedFleet;

  beforeAll(async () => {
    ({ installation, watched, page } = await openNewConsole(cleanUp));
    journey = new PlanJourney(page, look);
  });
  const looked = new Set<string>();
  /** Once, where something is done again. */
  const look = async (what: string): Promise<void> => {
    if (!looked.has(what)) await inspect(watched, `journey-${what}`);
    looked.add(what);
  };
  afterAll(() => cleanUp.disposeAsync());

  const theCycle = async () => {
    const [known] = await installation.api.list('/cycles', cycle);
    return installation.api.get(`/cycles/${known?.id ?? 0}`, cycle);
  };

  it('S-01 E-01 given the one-time link when machines use the command then they appear without a reload', async () => {
    await journey.becomeAdministrator(installation.firstLink);
    // Nobody was signed in before: the browser tells of the 401.
    watched.complaints.length = 0;
    const token = await journey.makeEnrolmentToken(machines.length);
    fleet = await connectFleet(installation.url, token, machines);
    cleanUp.defer(() => fleet.stop());
    await journey.seeEndpoints(20);
  });

  it('E-13 P-06 given two groups by rule when a window is made then the calendar shows it open', async () => {
    await journey.makeGroup('Application servers', 'Linux', '*-app-*', 12);
    await journey.makeGroup('Workplaces', 'Windows', '*-pc-*', 8);
    await journey.makeOpenWindow('Servers, every day', 'Application servers');
  });

  it('P-03 P-08 P-11 given the editor of plans when it is gone through then preview and forecast answer', async () => {
    await journey.writePlan({
      name,
      groups: ['Application servers', 'Workplaces'],
      endpoints: 20,
      preview: [
        ['bern-app-1', 'Linux Patching'],
        ['bern-pc-1', 'Windows Patching'],
      ],
      canary: 4,
      atOnce: 4,
    });
  });

  it('P-09 given an author who may not approve when somebody else does then the cycle opens', async () => {
    await journey.activate();
    await journey.confirm('Approve');
    await page.getByText(/ada has written the plan, and somebody else has to approve it/).waitFor();
    watched.complaints.length = 0;
    await journey.haveItApproved(name);
  });

  it('P-08 P-14 given an open cycle when it is halted and resumed then its page tells so without a reload', async () => {
    const { waves, phases } = journey;
    await page.evaluate('window.notReloaded = true');
    await waves.getByText('gate: needs approval').waitFor();
    await waves.getByText('4 of 4 ended').waitFor();
    await phases.getByText('0 at it, 4 past it').first().waitFor();
    await look('gate');
    expect(await notReached(page)).toEqual([]);

    fleet.holdPatching();
    await journey.confirm('Approve the next wave', 'Approve');
    await phases.getByText('4 at it, 4 past it').waitFor();
    await waves.getByText('0 of 16 ended').waitFor();
    await look('running');
    await journey.halt('The shop is slow');
    fleet.letPatchingEnd();
    await waves.getByText('4 of 16 ended').waitFor();
    await journey.seeItStill();

    await page.getByRole('link', { name: 'What happened' }).click();
    const river = page.getByRole('region', { name: 'The runs over time' }).getByRole('img');
    const earlier = await river.getAttribute('aria-label');
    await journey.confirm('Resume');
    await waitFor(async () => (await river.getAttribute('aria-label')) !== earlier, {
      what: 'the picture of the runs over time to move',
    });
    await waves.getByText('16 of 16 ended').waitFor();
    await page.getByText('Every run of the cycle has ended.').waitFor();
    await look('done');
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
    expect(started.filter((time) => time < haltedAt)).toHaveLength(8);
    expect(started.filter((time) => time >= resumedAt)).toHaveLength(12);
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
    expect((await inspectPaper(report, 'journey-report')).subarray(0, 5).toString()).toBe('%PDF-');
    const [file] = await Promise.all([
      report.page.waitForEvent('download'),
      report.page.getByRole('link', { name: /as CSV/ }).click(),
    ]);
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(1 + 12 * 3 + 8 * 2);
    expect(lines.filter((line) => /^zurich-pc-1,.*,failed,/.test(line))).toHaveLength(1);
    await report.page.close();

    await page.goto('/plans');
    const card = page.getByRole('region', { name: 'Completed' }).getByRole('article');
    await card.getByRole('link', { name: name }).waitFor();
    await card.getByText('19 succeeded, 1 partial').waitFor();
    await look('board');
  });
});

function numbered(prefix: string, os: SimulatedMachine['os'], count: number): SimulatedMachine[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${prefix}-${index + 1}`, os }));
}
