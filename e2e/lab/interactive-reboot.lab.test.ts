import path from 'node:path';
import { endpoint as endpointSchema } from '@patchbay/contracts/endpoint';
import { logEntry } from '@patchbay/contracts/log';
import type { rebootSettingsOver } from '@patchbay/contracts/reboot';
import {
  type RebootFlow,
  rebootFlow,
  rebootFlowEvent,
  rebootFlowSummary,
} from '@patchbay/contracts/reboot-flow';
import { endpointUser, logInOnDesktop, logInOnTerminal, logOut } from '@patchbay/testkit/lab/endpoint-login';
import { startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { LabScreen, reasonAgainstScreens } from '@patchbay/testkit/lab/lab-screen';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type FinishedRun, finishedRun, makeTask, makeWorkflow, openRun } from './lab-cycle.ts';

type RebootSettingsOver = z.infer<typeof rebootSettingsOver>;

const lab = labAvailable();
const reason = lab.ok ? reasonAgainstScreens() : lab.reason;
const pictures = path.resolve(import.meta.dirname, '../../test-results/interactive-reboot');
const name = 'ada-pc';
const { name: ada } = endpointUser;
const seconds = (count: number): number => count / 60;
const snoozeSeconds = 5;
const delaySeconds = 3;
const limit = (what: string) => ({ timeoutMs: 60_000, what });

/** A flow of hours within seconds: the settings are what makes it so. */
const quick: RebootSettingsOver = {
  notificationCount: 2,
  notificationTimeoutMinutes: 10,
  snoozeChoices: [{ kind: 'for', minutes: seconds(snoozeSeconds) }],
  rebootNowDelayMinutes: seconds(delaySeconds),
  finalWarningMinutes: seconds(6),
  company: 'Acme',
};

describe.skipIf(reason !== null)(`Interactive Reboot${reason === null ? '' : `: ${reason}`}`, () => {
  let server: PatchbayServer;
  let endpoint: LabEndpoint;
  let screen: LabScreen;
  let version = 1;

  beforeAll(async () => {
    [server, endpoint, screen] = await Promise.all([
      startPatchbayServer(),
      startLabEndpoint({ name, kind: 'desktop', packages: [{ name: 'lab-kernel', version: '1' }] }),
      LabScreen.start(),
    ]);
    await startLabAgent(endpoint, server);
    await makeTask(server.api, 'Check', 'echo "checked on version $(cat /usr/share/lab-kernel/version)"');
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), endpoint?.stop(), screen?.[Symbol.asyncDispose]()]);
  });
  afterEach(() => logOut(endpoint));

  /** Opens a run that installs an update which needs a reboot, and asks for it with these settings. */
  const patchAndAsk = async (settings: RebootSettingsOver = {}): Promise<number> => {
    version += 1;
    await endpoint.publishPackage({ name: 'lab-kernel', version: String(version), rebootRequired: true });
    const workflow = `Ask for version ${version}`;
    const ask = { task: 'Interactive Reboot (Linux)', interactiveReboot: { ...quick, ...settings } };
    await makeWorkflow(server.api, workflow, { post: [ask], after: ['Check'] });
    return openRun(server.api, name, workflow);
  };
  const onScreen = (): Promise<unknown> =>
    waitFor(() => screen.windows().length === 1, limit('a notification on the screen'));
  const offScreen = (): Promise<unknown> =>
    waitFor(() => screen.windows().length === 0, limit('the screen to be empty'));
  const flowOf = async (run: number): Promise<RebootFlow> => {
    const flows = await server.api.list('/reboots', rebootFlowSummary, { endpoint: name });
    const id = flows.find((flow) => flow.run === run)?.id ?? '';
    return server.api.get(`/reboots/${encodeURIComponent(id)}`, rebootFlow);
  };
  /** When, by the endpoint's clock, something of this kind happened, in order. */
  const timesOf = async (flow: RebootFlow, kind: string): Promise<number[]> => {
    const events = await server.api.list(`/reboots/${encodeURIComponent(flow.id)}/events`, rebootFlowEvent);
    return events.filter((event) => event.kind === kind).map((event) => Date.parse(event.at));
  };
  /** What Logs & Alerts tell of a flow, in order: who, and what. */
  const story = async (flow: RebootFlow): Promise<string[]> => {
    const entries = await server.api.list('/logs', logEntry, { category: 'reboot', endpoint: name });
    const own = entries
      .filter((entry) => entry.reboot === flow.id)
      .toSorted((one, other) => one.id - other.id);
    expect(own.map(({ at }) => at)).toEqual(own.map(({ at }) => at).toSorted());
    expect(own.every((entry) => entry.endpoint?.name === name && entry.run === flow.run)).toBe(true);
    return own.map(({ actor, message }) => `${actor}: ${message}`);
  };
  const checkedAfterReboot = async (run: FinishedRun): Promise<void> => {
    expect(run).toMatchObject({ result: 'succeeded', rebooted: true });
    expect(run.steps.map(({ key, status }) => `${key} ${status}`)).toEqual([
      'patch succeeded',
      'post-1 succeeded',
      'check-1 succeeded',
    ]);
    expect(await run.output('check-1')).toBe(`checked on version ${version}\n`);
  };

  test('R-02 R-03 R-04 R-10 given a user who snoozes and then reboots, then the endpoint reboots and is checked', async () => {
    await logInOnDesktop(endpoint, screen);
    const before = await endpoint.bootId();
    const id = await patchAndAsk();
    await onScreen();
    screen.screenshot(path.join(pictures, 'first.png'));
    const asked = await waitFor(() => flowOf(id), limit('the flow to be told'));
    expect(asked).toMatchObject({ status: 'asking', pending: true, used: 0, notificationCount: 2 });
    expect(await server.api.get(`/endpoints/${name}`, endpointSchema)).toMatchObject({
      pendingReboot: asked.id,
    });

    await screen.clickButton(1, 2);
    await offScreen();
    expect(await endpoint.bootId()).toBe(before);
    await onScreen();
    await screen.clickButton(0, 2);
    await endpoint.waitForBoot(before);

    await checkedAfterReboot(await finishedRun(server.api, id));
    const done = await flowOf(id);
    expect(done).toMatchObject({ status: 'ended', ending: 'rebooted', pending: false, disputed: false });
    const [shownAt, answeredAt] = [await timesOf(done, 'shown'), await timesOf(done, 'answered')];
    expect(shownAt[1]).toBeGreaterThanOrEqual((answeredAt[0] ?? 0) + snoozeSeconds * 1000);
    const toldAt = (answeredAt[1] ?? 0) + delaySeconds * 1000;
    const bootedAt = endpoint.boots.at(-1)?.startedAt ?? 0;
    expect(bootedAt).toBeGreaterThanOrEqual(toldAt);
    console.log(`rebooted ${bootedAt - toldAt} ms after the time that was told`);
    expect(await story(done)).toEqual([
      `${ada}: ${ada} was shown notification 1 of 2.`,
      `${ada}: ${ada} snoozed notification 1 of 2.`,
      `${ada}: ${ada} was shown notification 2 of 2.`,
      `${ada}: ${ada} chose to reboot now: the reboot was scheduled.`,
      `${ada}: ${ada} was shown when the endpoint reboots.`,
      'Patchbay: The endpoint has rebooted.',
    ]);
  });

  test('R-05 W-15 given a user who may cancel and does, then the run ends and the reboot stays pending', async () => {
    await logInOnDesktop(endpoint, screen);
    const before = await endpoint.bootId();
    const id = await patchAndAsk({ allowCancel: true });
    await onScreen();
    await screen.clickButton(2, 3);
    await offScreen();

    const run = await finishedRun(server.api, id);
    expect(run).toMatchObject({ result: 'succeeded', rebooted: false });
    expect(run.reason).toContain('the user cancelled the reboot, which is still pending');
    expect(run.lines.at(-1)).toMatch(/^check-1 notRun: /);
    const flow = await flowOf(id);
    expect(flow).toMatchObject({ ending: 'cancelled', pending: false });
    expect(await story(flow)).toEqual([
      `${ada}: ${ada} was shown notification 1 of 2.`,
      `${ada}: ${ada} cancelled the reboot.`,
    ]);
    expect(await server.api.get(`/endpoints/${name}`, endpointSchema)).toMatchObject({
      pendingReboot: null,
      rebootNeeded: true,
    });
    expect(await endpoint.bootId()).toBe(before);
  });

  test('R-12 R-06 R-07 R-10 given a server that is away all the time, then the user sees everything, and the whole story comes afterwards', async () => {
    await logInOnDesktop(endpoint, screen);
    const before = await endpoint.bootId();
    const id = await patchAndAsk({ notificationTimeoutMinutes: seconds(12) });
    await onScreen();
    await server.kill();
    await screen.clickButton(1, 2);
    await offScreen();
    await onScreen();
    // The second notification is ignored, and so is the final warning.
    await endpoint.waitForBoot(before);
    const backAt = Date.now();
    await server.start();

    await checkedAfterReboot(await finishedRun(server.api, id));
    const flow = await flowOf(id);
    expect(flow).toMatchObject({ ending: 'rebooted', disputed: false, used: 2 });
    expect(await story(flow)).toEqual([
      `${ada}: ${ada} was shown notification 1 of 2.`,
      `${ada}: ${ada} snoozed notification 1 of 2.`,
      `${ada}: ${ada} was shown notification 2 of 2.`,
      'Patchbay: Notification 2 of 2 was ignored.',
      `${ada}: ${ada} was shown the final warning.`,
      'Patchbay: The final warning has ended: the reboot was scheduled.',
      'Patchbay: The endpoint has rebooted.',
    ]);
    expect((await timesOf(flow, 'shown')).every((at) => at < backAt)).toBe(true);
  });

  test('R-14 given a user of a terminal, then the question is on it and is answered from there', async () => {
    const terminal = await logInOnTerminal(endpoint);
    const before = await endpoint.bootId();
    const id = await patchAndAsk();
    const onTerminal = (words: string) =>
      waitFor(async () => (await terminal.read()).includes(words), limit(`"${words}" on the terminal`));
    await onTerminal('You can put it off 2 more times.');
    await terminal.type('patchbay reboot-answer snooze');
    await onTerminal('Your answer is taken.');
    await onTerminal('You can put it off one more time.');
    expect(await endpoint.bootId()).toBe(before);
    await terminal.type('patchbay reboot-answer now');
    await endpoint.waitForBoot(before);

    await checkedAfterReboot(await finishedRun(server.api, id));
    expect(await story(await flowOf(id))).toEqual([
      `${ada}: ${ada} was shown notification 1 of 2.`,
      `${ada}: ${ada} snoozed notification 1 of 2.`,
      `${ada}: ${ada} was shown notification 2 of 2.`,
      `${ada}: ${ada} chose to reboot now: the reboot was scheduled.`,
      `${ada}: ${ada} was shown when the endpoint reboots.`,
      'Patchbay: The endpoint has rebooted.',
    ]);
  });

  test('R-14 R-16 given nobody who is logged in, then the settings say whether the endpoint reboots', async () => {
    const before = await endpoint.bootId();
    const skipped = await finishedRun(server.api, await patchAndAsk({ noActiveUser: 'skip' }));
    expect(skipped).toMatchObject({ result: 'succeeded', rebooted: false });
    expect(skipped.reason).toContain('no user was there to be asked for the reboot, which is still pending');
    expect(await story(await flowOf(skipped.id))).toEqual([
      'Patchbay: No user is active; the reboot was skipped.',
    ]);
    expect(await endpoint.bootId()).toBe(before);

    const id = await patchAndAsk({ noActiveUser: 'reboot' });
    await checkedAfterReboot(await finishedRun(server.api, id));
    expect(await endpoint.bootId()).not.toBe(before);
    const flow = await flowOf(id);
    expect(await timesOf(flow, 'shown')).toEqual([]);
    expect(await story(flow)).toEqual([
      'Patchbay: No user is active: the reboot was scheduled.',
      'Patchbay: The endpoint has rebooted.',
    ]);
  });
});
