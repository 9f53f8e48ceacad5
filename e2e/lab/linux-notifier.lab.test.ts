import path from 'node:path';
import { runTool } from '@patchbay/agent/execute/run-tool';
import { createLinuxNotifier, type LinuxNotifierOptions } from '@patchbay/agent/notify/linux-notifier';
import { userProcesses } from '@patchbay/agent/notify/linux-processes';
import type { NotificationEnd, Notifier } from '@patchbay/agent/notify/notifier';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { desktopUser, LabDesktop, reasonAgainstDesktops } from '@patchbay/testkit/lab/lab-desktop';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const reason = reasonAgainstDesktops();
const pictures = path.resolve(import.meta.dirname, '../../test-results/notifier');
const minute = 60_000;

const buttons = [
  { answer: { kind: 'rebootNow' }, label: 'Jetzt neu starten' },
  { answer: { kind: 'snooze', choice: 0 }, label: 'In 4 Stunden erinnern' },
  { answer: { kind: 'cancel' }, label: 'Abbrechen' },
] as const;

describe.skipIf(reason !== null)(
  `notifications on a Linux desktop${reason === null ? '' : `: ${reason}`}`,
  () => {
    let desktop: LabDesktop;

    beforeAll(async () => {
      desktop = await LabDesktop.start();
    });
    afterAll(async () => desktop?.[Symbol.asyncDispose]());

    const notifier = (more: LinuxNotifierOptions = {}): Notifier =>
      createLinuxNotifier({
        runTool: withoutLogind,
        processes: () =>
          userProcesses().filter((one) => one.environment['DISPLAY'] === desktop.environment['DISPLAY']),
        runtimeRoot: desktop.runtimeRoot,
        prompts: path.join(desktop.runtimeRoot, 'prompts'),
        ...more,
      });

    /** Shows a view in the only session; `shown` tells whether it is on the screen. */
    const show = async (view: NotificationView, more: LinuxNotifierOptions = {}) => {
      const one = notifier(more);
      const session = (await one.sessions())[0];
      if (!session) throw new Error('no session was found');
      const stop = new AbortController();
      const showing = {
        shown: 0,
        withdraw: () => stop.abort(),
        end: Promise.resolve<NotificationEnd>({ kind: 'closed' }),
      };
      showing.end = one.show(view, session, {
        signal: stop.signal,
        onShown: () => void (showing.shown += 1),
      });
      return showing;
    };
    const onScreen = (showing: { shown: number }) =>
      waitFor(() => showing.shown === 1 && desktop.screen.windows().length === 1, {
        timeoutMs: 20_000,
        what: 'the notification',
      });
    const offScreen = () =>
      waitFor(() => desktop.screen.windows().length === 0, {
        timeoutMs: 20_000,
        what: 'the notification to go away',
      });

    test('R-14 finds the user of the desktop', async () => {
      expect(await notifier().sessions()).toEqual([
        {
          id: expect.stringMatching(/^65534-\d+$/),
          user: desktopUser.name,
          kind: 'graphical',
          active: true,
          console: true,
          busy: false,
          language: 'de',
        },
      ]);
    });

    describe('with a notification daemon', () => {
      beforeEach(async () => {
        await desktop.killDaemon();
        await desktop.startDaemon();
      });

      test.each(buttons.map((button, index) => [button.label, index] as const))(
        'R-11 %s is clicked in a notification',
        async (label, index) => {
          const showing = await show(reminder(), { runTool: withoutZenity });
          await onScreen(showing);
          desktop.screen.screenshot(path.join(pictures, 'notification.png'));
          await desktop.screen.clickButton(index, buttons.length);
          expect(await showing.end, label).toEqual({ kind: 'answered', answer: buttons[index]?.answer });
          expect(showing.shown).toBe(1);
          await offScreen();
        },
      );

      test('R-06 a notification goes away when its time is over', async () => {
        const showing = await show(reminder(6000), { runTool: withoutZenity });
        await onScreen(showing);
        expect(await showing.end).toEqual({ kind: 'closed' });
        await offScreen();
      });

      test('R-15 a notification is withdrawn from the screen', async () => {
        const showing = await show(reminder(), { runTool: withoutZenity });
        await onScreen(showing);
        showing.withdraw();
        expect(await showing.end).toEqual({ kind: 'closed' });
        await offScreen();
      });

      test('R-12 what an agent that was killed left on the screen is taken away by the next', async () => {
        const showing = await show(reminder(), { runTool: withoutZenity });
        await onScreen(showing);
        expect(await notifier().sessions()).toHaveLength(1);
        await offScreen();
        await showing.end;
      });

      test('R-03 that the endpoint restarts is told without buttons', async () => {
        const showing = await show({
          ...reminder(),
          kind: 'restarting',
          buttons: [],
          body: 'Neustart um 21:15.',
        });
        await onScreen(showing);
        desktop.screen.screenshot(path.join(pictures, 'restarting.png'));
        showing.withdraw();
        expect(await showing.end).toEqual({ kind: 'closed' });
      });

      test('R-16 a daemon that crashes under a notification is noticed, and a pop-up shown instead', async () => {
        const showing = await show(reminder(), { watchEveryMs: 200 });
        await onScreen(showing);
        await desktop.killDaemon();
        await waitFor(() => desktop.screen.windows().length === 1, { timeoutMs: 20_000, what: 'the pop-up' });
        await desktop.screen.clickButton(0, buttons.length);
        expect(await showing.end).toEqual({ kind: 'answered', answer: { kind: 'rebootNow' } });
      });

      test('R-16 a daemon that hangs does not hold the agent up', async () => {
        desktop.signalDaemon('SIGSTOP');
        const showing = await show(reminder(), { renderLimitMs: 3000 });
        await onScreen(showing);
        desktop.signalDaemon('SIGCONT');
        showing.withdraw();
        expect(await showing.end).toEqual({ kind: 'closed' });
      });
    });

    describe('without a notification daemon', () => {
      beforeEach(() => desktop.killDaemon());

      test.each(buttons.map((button, index) => [button.label, index] as const))(
        'R-11 %s is clicked in a pop-up',
        async (label, index) => {
          const showing = await show(reminder());
          await onScreen(showing);
          desktop.screen.screenshot(path.join(pictures, 'pop-up.png'));
          await desktop.screen.clickButton(index, buttons.length);
          expect(await showing.end, label).toEqual({ kind: 'answered', answer: buttons[index]?.answer });
        },
      );

      test('R-06 a pop-up goes away when its time is over', async () => {
        const showing = await show(reminder(6000));
        await onScreen(showing);
        expect(await showing.end).toEqual({ kind: 'closed' });
        await offScreen();
      });

      test('R-15 a pop-up is withdrawn from the screen', async () => {
        const showing = await show(reminder());
        await onScreen(showing);
        showing.withdraw();
        expect(await showing.end).toEqual({ kind: 'closed' });
        await offScreen();
      });

      test('R-16 without any means it fails with the reasons and was never shown', async () => {
        const showing = await show(reminder(), { runTool: withoutZenity });
        expect(await showing.end).toEqual({
          kind: 'failed',
          reason: expect.stringMatching(
            /no notification: there is no notification daemon.*no pop-up: zenity is not installed/,
          ),
        });
        expect(showing.shown).toBe(0);
      });

      test('R-16 a display that does not answer shows nothing', async () => {
        const dead: typeof runTool = (command, args, options) =>
          withoutLogind(
            command,
            args.map((one) => one.replace(/^DISPLAY=.*/, 'DISPLAY=:4711')),
            options,
          );
        const showing = await show(reminder(), { runTool: dead });
        expect(await showing.end).toMatchObject({
          kind: 'failed',
          reason: expect.stringContaining('cannot open display'),
        });
        expect(showing.shown).toBe(0);
      });
    });
  },
);

function reminder(staysMs = 5 * minute): NotificationView {
  return {
    id: 'n1',
    kind: 'reminder',
    title: 'Ihr Computer muss neu gestartet werden',
    body: 'Es wurden Updates <i>installiert</i> & müssen fertig werden: C:\\new.\nErinnerung 1 von 5.',
    company: 'Acme & Söhne',
    logo: null,
    buttons,
    rebootAt: null,
    expiresAt: Date.now() + staysMs,
  };
}

const withoutZenity: typeof runTool = (command, args, options) => {
  const others = args.map((one) => (one === 'zenity' ? 'no-such-zenity' : one));
  return withoutLogind(command, others, options);
};

/** This machine's own sessions are none of the test's. */
const withoutLogind: typeof runTool = (command, args, options) =>
  ['loginctl', 'who'].includes(command)
    ? Promise.reject(Object.assign(new Error(`spawn ${command} ENOENT`), { code: 'ENOENT' }))
    : runTool(command, args, options);
