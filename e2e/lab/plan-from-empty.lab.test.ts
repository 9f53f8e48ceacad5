import { cycle, cycleStoryEntry } from '@patchbay/contracts/cycle';
import { cycleReport } from '@patchbay/contracts/cycle-report';
import { startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, newPage, openBrowser, shoot } from '../console/console-browser.ts';
import { PlanJourney } from '../console/plan-journey.ts';
import { connectFleet, type SimulatedFleet } from '../console/simulated-fleet.ts';

const lab = labAvailable();
const reason = lab.ok ? (hasBrowser ? null : 'needs Chromium') : lab.reason;
const plan = 'Real servers and workplaces';
const windows = ['basel-pc-1', 'bern-pc-1', 'bern-pc-2', 'bern-pc-3'];
const packages = [
  { name: 'lab-app', version: '1.0' },
  { name: 'lab-kernel', version: '1.0' },
];

/** Real Linux machines and simulated Windows machines, driven by somebody before the console. */
describe.skipIf(reason !== null)(
  `a plan from an empty installation${reason === null ? '' : `: ${reason}`}`,
  () => {
    const cleanUp = new AsyncDisposableStack();
    let server: PatchbayServer;
    let linux: readonly LabEndpoint[];
    let fleet: SimulatedFleet;
    let page: Page;
    let journey: PlanJourney;

    beforeAll(async () => {
      const start = async (name: string): Promise<LabEndpoint> => {
        const machine = await startLabEndpoint({ name, packages });
        cleanUp.defer(() => machine.stop());
        return machine;
      };
      const startServer = async (): Promise<PatchbayServer> => cleanUp.use(await startPatchbayServer());
      const browser = await openBrowser();
      cleanUp.defer(() => browser.close());
      [server, ...linux] = await Promise.all([startServer(), start('basel-app-1'), start('bern-app-1')]);
      ({ page } = await newPage(browser, server.url));
      journey = new PlanJourney(page, (name) => shoot(page, `lab-journey-${name}`));
    });
    afterAll(() => cleanUp.disposeAsync());

    test('S-01 E-01 given an empty installation when machines use the command then the console shows them', async () => {
      const [link] = /http:\S+\/welcome#\S+/.exec(server.output) ?? [];
      await journey.becomeAdministrator(link ?? '');
      const token = await journey.makeEnrolmentToken(linux.length + windows.length);
      await Promise.all(linux.map((machine) => startLabAgent(machine, server, { token })));
      const machines = windows.map((name) => ({ name, os: 'windows' as const }));
      fleet = await connectFleet(server.url, token, machines);
      cleanUp.defer(() => fleet.stop());
      await journey.seeEndpoints(6);
    });

    test('E-13 P-06 P-03 P-08 P-11 given two groups and a window when a plan is written then it is forecast', async () => {
      for (const machine of linux) {
        await machine.publishPackage({ name: 'lab-app', version: '1.1', security: true });
        await machine.publishPackage({ name: 'lab-kernel', version: '1.1', rebootRequired: true });
      }
      await journey.makeGroup('Workplaces', 'Windows', '*-pc-*', 4);
      await journey.makeGroup('Application servers', 'Linux', '*-app-*', 2);
      await journey.makeOpenWindow('Servers, every day', 'Application servers');
      await journey.writePlan({
        name: plan,
        groups: ['Application servers', 'Workplaces'],
        endpoints: 6,
        preview: [
          ['bern-app-1', 'Linux Patching'],
          ['bern-pc-1', 'Windows Patching'],
        ],
        canary: 2,
        atOnce: 2,
      });
      await journey.activate();
      await journey.haveItApproved(plan);
    });

    test('P-08 P-14 P-15 given its cycle when it is halted and resumed then the machines are patched and rebooted, and reported', async () => {
      const { waves } = journey;
      const [canary, other] = linux;
      const before = await other?.bootId();
      await waves.getByText('gate: needs approval').waitFor({ timeout: 60_000 });
      expect(await installed(canary)).toEqual(['1.1', '1.1']);
      expect(canary?.reboots).toBe(1);
      expect(await installed(other)).toEqual(['1.0', '1.0']);

      fleet.holdPatching();
      await journey.confirm('Approve the next wave', 'Approve');
      await journey.phases
        .getByText(/^[12] at it, 2 past it$/)
        .first()
        .waitFor();
      await journey.halt('The shop is slow');
      await waves.getByText('1 of 4 ended').waitFor({ timeout: 60_000 });
      expect(await installed(other)).toEqual(['1.1', '1.1']);
      expect(await other?.bootId()).not.toBe(before);
      fleet.letPatchingEnd();
      await waves.getByText('2 of 4 ended').waitFor();
      await journey.seeItStill();
      await journey.confirm('Resume');
      await waves.getByText('4 of 4 ended').waitFor();

      const [known] = await server.api.list('/cycles', cycle);
      const path = `/cycles/${known?.id ?? 0}`;
      const report = await server.api.get(`${path}/report`, cycleReport);
      expect(report.cycle).toMatchObject({ result: 'succeeded', runs: { total: 6, succeeded: 6 } });
      expect(report.patches.map(({ package: name, installed: count }) => [name, count])).toEqual(
        expect.arrayContaining([
          ['lab-app', 2],
          ['lab-kernel', 2],
          ['KB5043881', 4],
        ]),
      );
      const story = await server.api.get(`${path}/story`, cycleStoryEntry.array());
      expect(story.flatMap(({ sentences }) => sentences)).toContain('Every run of the cycle has ended.');
      await page.goto('/plans');
      await page.getByRole('region', { name: 'Completed' }).getByRole('link', { name: plan }).waitFor();
      await shoot(page, 'lab-journey-board');
    });
  },
);

/** The versions that an endpoint has of the packages. */
function installed(machine: LabEndpoint | undefined): Promise<string[] | undefined> {
  return Promise.resolve(
    machine
      ?.execOrThrow(['dpkg-query', '-W', '-f', '${Version} ', ...packages.map(({ name }) => name)])
      .then((text) => text.trim().split(' ')),
  );
}
