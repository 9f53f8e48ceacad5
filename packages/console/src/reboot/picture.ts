import {
  type Forecast,
  type ForecastEntry,
  forecast,
  type RebootBehaviour,
} from '@patchbay/domain/reboot/forecast';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { imaginedMoment } from './imagined-moment.ts';

/** Something that stands on a lane. Places are per cent of the picture's width. */
export interface Mark {
  readonly kind: 'reminder' | 'finalWarning' | 'reboot';
  readonly at: number;
  readonly place: number;
  /** Counts the notifications. */
  readonly number: number;
  /** Its time is written beside it; where there is no room, it stands in the words only. */
  readonly labelled: boolean;
}

/** A part of a lane: a notification is on the screen, the user is left alone, or the reboot is coming. */
export interface Stretch {
  readonly kind: 'shown' | 'snoozed' | 'ending';
  readonly from: number;
  readonly to: number;
}

/** What comes of the settings when users behave in one way. */
export interface Lane {
  readonly behaviour: RebootBehaviour;
  readonly entries: readonly ForecastEntry[];
  readonly rebootAt: number | null;
  readonly marks: readonly Mark[];
  readonly stretches: readonly Stretch[];
}

/** What may come of settings, on one scale of time. */
export interface Picture {
  readonly start: number;
  readonly lanes: readonly Lane[];
  /** Where days begin. */
  readonly midnights: readonly { readonly at: number; readonly place: number }[];
  /** null: there is none, or it is far beyond. */
  readonly deadline: { readonly at: number; readonly place: number } | null;
}

/** Where two come to the same, the first is drawn: without a snooze, the latest is never to answer. */
const behaviours: readonly RebootBehaviour[] = ['ignoring', 'latest', 'snoozing', 'immediate'];
const shownFirst: readonly RebootBehaviour[] = ['latest', 'ignoring', 'snoozing', 'immediate'];
/** Marks stand at least so far from each other, and labels. */
const markGap = 4.6;
const labelGap = 8.5;

/** Plays settings from a moment on, each way in which users may behave, with the rules that endpoints act by. */
export function pictureOf(settings: RebootSettings, start: number): Picture {
  const now = imaginedMoment(start);
  const played = behaviours.map((behaviour) => ({ behaviour, ...forecast(settings, null, now, behaviour) }));
  const end = Math.max(start + 60_000, ...played.map(({ rebootAt }) => rebootAt ?? start));
  const place = (at: number): number => ((at - start) / (end - start)) * 100;
  const { deadlineAt } = settings;
  return {
    start,
    lanes: played
      .filter((one, index) => played.findIndex((other) => sameEntries(one, other)) === index)
      .toSorted((a, b) => shownFirst.indexOf(a.behaviour) - shownFirst.indexOf(b.behaviour))
      .map((one) => laneOf(one, place)),
    midnights: midnightsBetween(start, end).map((at) => ({ at, place: place(at) })),
    deadline:
      deadlineAt === null || deadlineAt < start || deadlineAt > end
        ? null
        : { at: deadlineAt, place: place(deadlineAt) },
  };
}

function sameEntries(one: Forecast, other: Forecast): boolean {
  return JSON.stringify(one.entries) === JSON.stringify(other.entries);
}

function laneOf(
  { behaviour, entries, rebootAt }: Forecast & { readonly behaviour: RebootBehaviour },
  place: (at: number) => number,
): Lane {
  const standing = entries.filter((entry) => isMark(entry.kind));
  const places = spread(standing.map(({ at }) => place(at)));
  const labelled = labelledMarks(
    standing.map(({ kind }) => kind),
    places,
  );
  const marks = standing.map(({ kind, at, number }, index): Mark => {
    return {
      kind: kind as Mark['kind'],
      at,
      number,
      place: places[index] ?? 0,
      labelled: labelled.has(index),
    };
  });
  return { behaviour, entries, rebootAt, marks, stretches: stretchesOf(entries, marks) };
}

function isMark(kind: ForecastEntry['kind']): boolean {
  return kind === 'reminder' || kind === 'finalWarning' || kind === 'reboot';
}

/** Moves what stands too close together apart: a reboot two minutes after a notification is still seen beside it. */
function spread(places: readonly number[]): number[] {
  const gap = Math.min(markGap, 100 / Math.max(1, places.length));
  const apart: number[] = [];
  for (const place of places) apart.push(Math.max(place, (apart.at(-1) ?? -gap) + gap));
  let most = 100;
  for (let index = apart.length - 1; index >= 0; index -= 1) {
    apart[index] = Math.min(apart[index] ?? 0, most);
    most = (apart[index] ?? 0) - gap;
  }
  return apart;
}

/** Which notifications get their time written below: the first and the final warning before the others. */
function labelledMarks(kinds: readonly ForecastEntry['kind'][], places: readonly number[]): Set<number> {
  const chosen = new Set<number>();
  const final = kinds.indexOf('finalWarning');
  for (const index of [0, final, ...kinds.keys()]) {
    const place = places[index];
    if (place === undefined || kinds[index] === 'reboot') continue;
    const isFree = [...chosen].every((other) => Math.abs((places[other] ?? 0) - place) >= labelGap);
    if (isFree) chosen.add(index);
  }
  // Above the lane there is nothing else.
  const reboot = kinds.indexOf('reboot');
  if (reboot >= 0) chosen.add(reboot);
  return chosen;
}

function stretchesOf(entries: readonly ForecastEntry[], marks: readonly Mark[]): Stretch[] {
  const place = (at: number): number => between(marks, at);
  return entries.flatMap(({ kind, at }, index): Stretch[] => {
    const next = entries[index + 1];
    if (next === undefined || (kind === 'ignored' && next.at === at)) return [];
    const ending = kind === 'finalWarning' || kind === 'confirmed';
    const how = ending ? 'ending' : kind === 'reminder' ? 'shown' : 'snoozed';
    const from = place(at);
    const to = next.kind === 'reboot' || isMark(next.kind) ? placeOf(marks, next) : place(next.at);
    return to > from ? [{ kind: how, from, to }] : [];
  });
}

function placeOf(marks: readonly Mark[], { number, kind, at }: ForecastEntry): number {
  return marks.find((mark) => mark.kind === kind && mark.number === number)?.place ?? between(marks, at);
}

/** Where a moment stands between the marks around it. */
function between(marks: readonly Mark[], at: number): number {
  const after = marks.findIndex((mark) => mark.at > at);
  const next = after < 0 ? undefined : marks[after];
  const before = after < 0 ? marks.at(-1) : marks[after - 1];
  if (before === undefined) return next?.place ?? 0;
  if (next === undefined) return before.place;
  return before.place + ((at - before.at) / (next.at - before.at)) * (next.place - before.place);
}

const mostMidnights = 31;

function midnightsBetween(start: number, end: number): number[] {
  const found: number[] = [];
  const day = new Date(start);
  day.setHours(24, 0, 0, 0);
  while (day.getTime() < end && found.length < mostMidnights) {
    found.push(day.getTime());
    day.setDate(day.getDate() + 1);
  }
  return found;
}
