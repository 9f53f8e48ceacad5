import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import { describe, expect, it } from 'vitest';
import { fieldMoment, localField, nextHour } from '../src/reboot/imagined-moment.ts';
import { type Lane, pictureOf } from '../src/reboot/picture.ts';
import { promptViews } from '../src/reboot/prompt-views.ts';
import { differing, isDefault, settingNames, stepSettings } from '../src/reboot/task-settings.ts';

const start = new Date(2026, 10, 23, 13).getTime();
const minutes = (count: number): number => count * 60_000;
const laneOf = (lanes: readonly Lane[], behaviour: Lane['behaviour']): Lane | undefined =>
  lanes.find((lane) => lane.behaviour === behaviour);

describe('R-17 the picture of settings', () => {
  it('R-08 R-17 given a count of 2 then it shows 13:00, 17:00, the final warning at 21:00 and the reboot at 21:15', () => {
    const { lanes } = pictureOf({ ...defaultRebootSettings, notificationCount: 2 }, start);
    const marks = laneOf(lanes, 'snoozing')?.marks.map(({ kind, at }) => [kind, (at - start) / minutes(1)]);
    expect(marks).toEqual([
      ['reminder', 0],
      ['reminder', 240],
      ['finalWarning', 480],
      ['reboot', 495],
    ]);
    expect(laneOf(lanes, 'immediate')?.rebootAt).toBe(start + minutes(2));
  });

  it('R-08 R-17 given a count of 0 then the first notification is the final warning, and what comes to the same is drawn once', () => {
    const { lanes } = pictureOf({ ...defaultRebootSettings, notificationCount: 0 }, start);
    expect(lanes.map(({ behaviour }) => behaviour)).toEqual(['ignoring', 'immediate']);
    expect(lanes[0]?.marks.map(({ kind }) => kind)).toEqual(['finalWarning', 'reboot']);
  });

  it('R-17 given a deadline then it is drawn, and no lane goes beyond it', () => {
    const deadlineAt = start + minutes(330);
    const { lanes, deadline } = pictureOf({ ...defaultRebootSettings, deadlineAt }, start);
    expect(deadline?.at).toBe(deadlineAt);
    for (const { rebootAt } of lanes) expect(rebootAt).toBeLessThanOrEqual(deadlineAt);
  });

  it.each([0, 1, 5, 20, 100])(
    'R-17 given a count of %i then marks keep their order and stay within the picture',
    (count) => {
      const { lanes } = pictureOf({ ...defaultRebootSettings, notificationCount: count }, start);
      for (const { marks, stretches } of lanes) {
        const places = marks.map(({ place }) => place);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(new Set(places.map((place) => place.toFixed(6))).size).toBe(places.length);
        for (const place of [...places, ...stretches.flatMap(({ from, to }) => [from, to])]) {
          expect(place).toBeGreaterThanOrEqual(-0.001);
          expect(place).toBeLessThanOrEqual(100.001);
        }
      }
    },
  );
});

describe('R-17 the prompts as users see them', () => {
  it('R-17 R-12 given German then words and buttons are those of the endpoint, with the times of the picture', () => {
    const views = promptViews(
      { ...defaultRebootSettings, notificationCount: 2, allowCancel: true },
      start,
      'de',
    );
    expect(views.reminder?.buttons.map(({ label }) => label)).toEqual([
      'Jetzt neu starten',
      '4 Std. verschieben',
      'Abbrechen',
    ]);
    expect(views.finalWarning?.body).toContain('Neustart: 23:15 Uhr.');
    expect(views.restarting?.body).toContain('Neustart: 13:02 Uhr.');
  });

  it('R-07 R-17 given a count of 0 then there is no prompt that can be snoozed', () => {
    const views = promptViews({ ...defaultRebootSettings, notificationCount: 0 }, start, 'en');
    expect(Object.keys(views).toSorted()).toEqual(['finalWarning', 'restarting']);
    expect(views.finalWarning?.buttons.map(({ answer }) => answer.kind)).toEqual(['rebootNow']);
  });
});

describe('L-24 settings of a step', () => {
  it('L-24 given settings that differ from the task then only these are set on the step', () => {
    const changed = { ...defaultRebootSettings, notificationCount: 0, company: 'Shop' };
    const over = differing(defaultRebootSettings, changed);
    expect(over).toEqual({ notificationCount: 0, company: 'Shop' });
    expect(settingNames(over)).toBe('notification count, company');
    expect(stepSettings(defaultRebootSettings, over)).toEqual(changed);
    expect([isDefault(null), isDefault({ notificationCount: 5 }), isDefault(over)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('fields for date and time', () => {
  it('hold what they were given', () => {
    expect(localField(start)).toBe('2026-11-23T13:00');
    expect(fieldMoment(localField(start))).toBe(start);
    expect([localField(null), fieldMoment('')]).toEqual(['', null]);
    expect(nextHour(start)).toBe(start + minutes(60));
    expect(nextHour(start - 1)).toBe(start);
  });
});
