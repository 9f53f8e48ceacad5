import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NotificationEnd, UserSession } from '@patchbay/agent/notify/notifier';
import type { WindowsHelper } from '@patchbay/agent/notify/windows-helper';
import { createWindowsNotifier } from '@patchbay/agent/notify/windows-notifier';
import { readWindowsVersion, type WindowsVersion } from '@patchbay/agent/notify/windows-version';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import {
  startWineDesktop,
  type WindowPlace,
  type WineDesktop,
  wineAvailable,
} from '@patchbay/testkit/lab/wine';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { windowsHelper } from '../../tools/build-windows-helper.ts';

const available = wineAvailable();
const limit = { timeoutMs: 20_000 };
const pictures = path.join(import.meta.dirname, '../../test-results/windows');
const minute = 60_000;

const session: UserSession = {
  id: '1',
  user: 'root',
  kind: 'graphical',
  active: true,
  console: true,
  busy: false,
  language: null,
};

const reminder: NotificationView = {
  id: 'n1',
  kind: 'reminder',
  title: 'Ihr Rechner muss neu gestartet werden',
  body: 'Es wurden Aktualisierungen installiert. Bitte speichern Sie Ihre Arbeit.\nHinweis 1 von 5 – äöüß € ł 日本.',
  company: 'Müller & Söhne',
  logo: null,
  buttons: [
    { answer: { kind: 'rebootNow' }, label: 'Jetzt neu starten' },
    { answer: { kind: 'snooze', choice: 0 }, label: 'In 4 Stunden' },
    { answer: { kind: 'cancel' }, label: 'Abbrechen & Schluss' },
  ],
  rebootAt: null,
  expiresAt: 0,
};

describe.skipIf(!available.ok)(`pop-ups of Windows${available.ok ? '' : `: ${available.reason}`}`, () => {
  let folder: string;
  let desktop: WineDesktop;
  let helper: WindowsHelper;
  let windowsVersion: WindowsVersion = { major: 6, minor: 3, build: 9600, isServer: false };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'patchbay-windows-'));
    await copyFile(windowsHelper(), path.join(folder, 'patchbay-helper.exe'));
    desktop = await startWineDesktop();
    helper = desktop.command(path.join(folder, 'patchbay-helper.exe'));
  });

  afterAll(async () => {
    await desktop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Shows a view; `logged`: what the notifier told the log. */
  const show = async (view: NotificationView) => {
    const logged: unknown[] = [];
    const notifier = createWindowsNotifier({ helper, windowsVersion, log: (...line) => logged.push(line) });
    const stop = new AbortController();
    let shown = 0;
    let end: NotificationEnd | undefined;
    const ended = notifier
      .show({ ...view, expiresAt: view.expiresAt || Date.now() + minute }, session, {
        signal: stop.signal,
        onShown: () => {
          shown += 1;
        },
      })
      .then((answer) => {
        end = answer;
        return answer;
      });
    const isShown = (): Promise<unknown> =>
      waitFor(() => shown > 0 || end !== undefined, { ...limit, what: 'the pop-up on the screen' });
    const window = (): Promise<WindowPlace> =>
      waitFor(() => desktop.findWindow(view.company), { ...limit, what: 'the window' });
    /** Clicks until it counts: right after it appears a pop-up is deaf. */
    const click = async (button: number, of: number): Promise<NotificationEnd> => {
      const place = await window();
      const buttons = await waitFor(
        async () => {
          const found = await desktop.findButtons(place);
          return found.length === of && found;
        },
        { ...limit, what: `${of} buttons` },
      );
      const point = buttons[button];
      if (point === undefined) throw new Error(`there is no button ${button}`);
      await waitFor(
        async () => {
          if (end === undefined) await desktop.click(point);
          return end;
        },
        { ...limit, what: 'an answer to the click' },
      );
      return ended;
    };
    await isShown();
    return { ended, click, window, stop, logged, shown: () => shown };
  };

  const isGone = (): Promise<unknown> =>
    waitFor(async () => (await desktop.findWindow(reminder.company)) === null, {
      ...limit,
      what: 'the screen to be empty again',
    });

  it.each([
    { version: 'win81', major: 6, told: [] },
    {
      version: 'win10',
      major: 10,
      told: [['info', 'a pop-up is shown in place of a toast', expect.anything()]],
    },
  ])(
    'R-11 given $version, where no toast can be shown, then a pop-up is',
    async ({ version, major, told }) => {
      await desktop.setVersion(version);
      windowsVersion = await readWindowsVersion(helper);
      expect(windowsVersion).toMatchObject({ major, isServer: false });
      const popup = await show(reminder);
      await desktop.screenshot(path.join(pictures, `${version}.png`));
      popup.stop.abort();
      expect(await popup.ended).toEqual({ kind: 'closed' });
      expect(popup.logged).toEqual(told);
    },
  );

  it.each(reminder.buttons.map(({ answer, label }, index) => ({ answer, label, index })))(
    'R-11 given a pop-up, when "$label" is clicked, then that is the answer',
    async ({ answer, index }) => {
      const popup = await show(reminder);
      expect(await popup.click(index, 3)).toEqual({ kind: 'answered', answer });
      expect(popup.shown()).toBe(1);
    },
  );

  it('R-06 given no answer, when its time is over, then it goes away', async () => {
    const popup = await show({ ...reminder, expiresAt: Date.now() + 4000 });
    expect(await popup.ended).toEqual({ kind: 'closed' });
    await isGone();
  });

  it('R-15 given a pop-up, when it is withdrawn, then it goes away', async () => {
    const popup = await show(reminder);
    await popup.window();
    popup.stop.abort();
    expect(await popup.ended).toEqual({ kind: 'closed' });
    await isGone();
  });

  it('R-07 given a final warning, then the time left until the reboot is on it', async () => {
    const [now] = reminder.buttons;
    const view: NotificationView = {
      ...reminder,
      kind: 'finalWarning',
      buttons: now === undefined ? [] : [now],
      rebootAt: Date.now() + 15 * minute,
    };
    const popup = await show(view);
    await desktop.screenshot(path.join(pictures, 'final-warning.png'));
    expect(await popup.click(0, 1)).toEqual({ kind: 'answered', answer: { kind: 'rebootNow' } });
  });

  it('R-12 given nothing to answer, then what is shown can be put away', async () => {
    const popup = await show({
      ...reminder,
      kind: 'restarting',
      buttons: [],
      rebootAt: Date.now() + 2 * minute,
    });
    await desktop.screenshot(path.join(pictures, 'restarting.png'));
    expect(await popup.click(0, 1)).toEqual({ kind: 'closed' });
  });

  it('R-04 given more choices than fit beside each other, then each has a line of its own', async () => {
    const choices = ['In 1 Stunde', 'In 4 Stunden', 'Heute um 20:00 Uhr', 'Morgen um 09:00 Uhr'];
    const buttons: NotificationView['buttons'] = [
      { answer: { kind: 'rebootNow' }, label: 'Jetzt neu starten' },
      ...choices.map((label, choice) => ({ answer: { kind: 'snooze', choice } as const, label })),
    ];
    const popup = await show({ ...reminder, buttons });
    await desktop.screenshot(path.join(pictures, 'many-choices.png'));
    popup.stop.abort();
    expect(await popup.ended).toEqual({ kind: 'closed' });
  });

  it('R-11 given long texts, then they are on the screen whole, with the buttons', async () => {
    const body = Array.from(
      { length: 12 },
      (_, line) => `Zeile ${line + 1}: ${'Bitte Arbeit sichern. '.repeat(6)}`,
    );
    const popup = await show({ ...reminder, title: 'Überfällig! '.repeat(8), body: body.join('\n') });
    const { y, height } = await popup.window();
    await desktop.screenshot(path.join(pictures, 'long-texts.png'));
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(768);
    expect(await popup.click(1, 3)).toEqual({ kind: 'answered', answer: { kind: 'snooze', choice: 0 } });
  });

  it('R-16 given a helper that is killed while it shows a pop-up, then the notification has failed', async () => {
    const popup = await show(reminder);
    await desktop.run('taskkill.exe', '/f', '/im', 'patchbay-helper.exe');
    expect(await popup.ended).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^the helper ended /),
    });
  });
});
