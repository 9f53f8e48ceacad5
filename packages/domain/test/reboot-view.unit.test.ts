import { describe, expect, it } from 'vitest';
import { epochOf, localTime } from '../src/reboot/moment.ts';
import type { RebootSettings } from '../src/reboot/settings.ts';
import { rebootSettingsProblems } from '../src/reboot/settings-problems.ts';
import { timeText, wordingFor } from '../src/reboot/texts.ts';
import { viewOf } from '../src/reboot/view.ts';
import { Flow, minutes, oneOClock, settingsWith } from './reboot-flow.ts';

const shown = (flow: Flow, language: string | null = null) =>
  viewOf({ flow: '1.post-1.1', settings: flow.settings, state: flow.state }, flow.now, language);

describe('a notification as its user sees it', () => {
  it('R-12 names absolute times, and its countdown goes to the reboot that is enforced', () => {
    const flow = Flow.begun({ notificationCount: 0, allowCancel: true }).render();
    expect(shown(flow)).toEqual({
      id: '1.post-1.1/1',
      kind: 'finalWarning',
      title: 'This computer is about to reboot',
      body: 'A reboot completes the maintenance of this computer. Please save your work.\n\nIt reboots: 13:15.',
      company: '',
      logo: null,
      buttons: [
        { answer: { kind: 'rebootNow' }, label: 'Reboot now' },
        { answer: { kind: 'cancel' }, label: 'Cancel' },
      ],
      rebootAt: oneOClock + minutes(15),
      expiresAt: oneOClock + minutes(15),
    });
  });

  it('R-04 R-05 offers every snooze with its length or its time, and Cancel only where it is allowed', () => {
    const flow = Flow.begun({
      snoozeChoices: [
        { kind: 'for', minutes: 240 },
        { kind: 'for', minutes: 90 },
        { kind: 'at', day: 0, hour: 20, minute: 0 },
        { kind: 'at', day: 1, hour: 9, minute: 0 },
      ],
    });
    const labels = (language: string) => shown(flow, language)?.buttons.map(({ label }) => label);
    expect(labels('en-GB')).toEqual([
      'Reboot now',
      'Snooze 4 h',
      'Snooze 1 h 30 min',
      'Snooze until 20:00',
      'Snooze until tomorrow, 09:00',
    ]);
    expect(labels('de_AT.UTF-8')).toEqual([
      'Jetzt neu starten',
      '4 Std. verschieben',
      '1 Std. 30 Min. verschieben',
      'Verschieben bis 20:00 Uhr',
      'Verschieben bis morgen, 09:00 Uhr',
    ]);
  });

  it('R-07 tells how often the reboot can still be put off, and the deadline', () => {
    const flow = Flow.begun({ notificationCount: 1, deadlineAt: oneOClock + minutes(26 * 60) });
    expect(shown(flow, 'en')?.body).toContain(
      'You can put it off one more time. It reboots at the latest: tomorrow, 15:00.',
    );
  });

  it('R-10 its own texts take the place of the built-in ones, by language', () => {
    const flow = Flow.begun({ company: 'Example', texts: { de: { title: 'Wartung', body: '' } } });
    expect(shown(flow, 'de-DE')).toMatchObject({ title: 'Wartung', company: 'Example' });
    expect(shown(flow, 'de-DE')?.body).toMatch(/^Ein Neustart/);
    expect(shown(flow, 'fr')?.title).toBe('This computer needs to be rebooted');
  });

  it('R-15 is nothing where no notification is current', () => {
    const flow = Flow.begun().render();
    flow.snooze();
    expect(shown(flow)).toBeNull();
  });
});

describe('local times', () => {
  const spring = { offsetMinutes: 60, change: { at: Date.UTC(2026, 2, 29, 1), offsetMinutes: 120 } };
  const autumn = { offsetMinutes: 120, change: { at: Date.UTC(2026, 9, 25, 1), offsetMinutes: 60 } };
  const day = (at: number) => Math.floor(at / 86_400_000);

  it('R-12 a time that summer time leaves out moves forward, one that comes twice is the first', () => {
    const march = day(Date.UTC(2026, 2, 29));
    expect(epochOf(spring, { day: march, minuteOfDay: 150 })).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(epochOf(spring, { day: march, minuteOfDay: 240 })).toBe(Date.UTC(2026, 2, 29, 2));
    const october = day(Date.UTC(2026, 9, 25));
    expect(epochOf(autumn, { day: october, minuteOfDay: 150 })).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(epochOf(autumn, { day: october, minuteOfDay: 240 })).toBe(Date.UTC(2026, 9, 25, 3));
    expect(localTime(autumn, Date.UTC(2026, 9, 25, 1))).toEqual({ day: october, minuteOfDay: 120 });
  });

  it('R-12 a day that is not near is named, within a week by its weekday', () => {
    const utc = { offsetMinutes: 0, change: null };
    const text = (language: string, days: number) =>
      timeText(wordingFor(language), utc, oneOClock + minutes(days * 1440), oneOClock);
    expect([0, 1, 3, 8].map((days) => text('en', days))).toEqual([
      '13:00',
      'tomorrow, 13:00',
      'Thursday, 13:00',
      'Tuesday 2026-12-01, 13:00',
    ]);
    expect(text('de', 3)).toBe('Donnerstag, 13:00 Uhr');
  });
});

describe('settings of Interactive Reboot', () => {
  const problems = (changes: Partial<RebootSettings>) =>
    rebootSettingsProblems(settingsWith(changes)).map(({ path, message }) => `${path} ${message}`);

  it('L-24 the defaults are right, and count 0 is', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ notificationCount: 0, rebootNowDelayMinutes: 0 })).toEqual([]);
  });

  it('L-24 every field that is wrong gets one message', () => {
    expect(
      problems({
        notificationCount: -1,
        notificationTimeoutMinutes: 0,
        rebootNowDelayMinutes: 20,
        snoozeChoices: [
          { kind: 'for', minutes: 0 },
          { kind: 'at', day: 0, hour: 24, minute: 0 },
          { kind: 'for', minutes: 60 },
          { kind: 'for', minutes: 60 },
        ],
        company: 'two\nlines',
        logo: 'R0lGODlh',
        texts: { en: { title: 'two\nlines', body: '' } },
      }),
    ).toEqual([
      'notificationCount must be a whole number from 0 to 100',
      'notificationTimeoutMinutes must be more than 0 and at most a week',
      'rebootNowDelayMinutes must not be longer than the final warning: choosing "Reboot now" would put the reboot off',
      'snoozeChoices.0 must be more than 0 minutes and at most a week',
      'snoozeChoices.1 is not a time of day',
      'snoozeChoices.3 is the same as choice 3',
      'logo must be a PNG image',
      'company must be on one line',
      'texts.en.title must be on one line',
    ]);
    expect(problems({ snoozeChoices: [] })).toEqual(['snoozeChoices name at least one choice']);
  });
});
