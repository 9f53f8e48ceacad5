import { type LocalTime, localTime, type Zone } from './moment.ts';

/** What a notification says, in one language. Times are written out, so that no one has to reckon. */
export interface Wording {
  readonly title: string;
  readonly finalTitle: string;
  /** Why, and what to do; a custom text takes its place. */
  readonly body: string;
  /** How often the user may still snooze or ignore, this time included. */
  readonly left: (count: number) => string;
  readonly latest: (time: string) => string;
  readonly rebootsAt: (time: string) => string;
  readonly rebootNow: string;
  readonly cancel: string;
  readonly snoozeFor: (minutes: number) => string;
  readonly snoozeUntil: (time: string) => string;
  /** A time of day, with the day in words where it is not today: "21:15", "tomorrow, 09:00". */
  readonly time: (when: LocalTime, today: number) => string;
}

const english: Wording = {
  title: 'This computer needs to be rebooted',
  finalTitle: 'This computer is about to reboot',
  body: 'A reboot completes the maintenance of this computer. Please save your work.',
  left: (count) =>
    count === 1 ? 'You can put it off one more time.' : `You can put it off ${count} more times.`,
  latest: (time) => `It reboots at the latest: ${time}.`,
  rebootsAt: (time) => `It reboots: ${time}.`,
  rebootNow: 'Reboot now',
  cancel: 'Cancel',
  snoozeFor: (minutes) => `Snooze ${spanOf(minutes, 'h', 'min')}`,
  snoozeUntil: (time) => `Snooze until ${time}`,
  time: (when, today) => {
    const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
    const day = dayWords(when.day - today, ['today', 'tomorrow'], days, when.day);
    return day === 'today' ? clockTime(when) : `${day}, ${clockTime(when)}`;
  },
};

const german: Wording = {
  title: 'Dieser Computer muss neu gestartet werden',
  finalTitle: 'Dieser Computer wird gleich neu gestartet',
  body: 'Ein Neustart schließt die Wartung dieses Computers ab. Bitte speichern Sie Ihre Arbeit.',
  left: (count) =>
    count === 1 ? 'Sie können ihn noch einmal verschieben.' : `Sie können ihn noch ${count}-mal verschieben.`,
  latest: (time) => `Spätester Neustart: ${time}.`,
  rebootsAt: (time) => `Neustart: ${time}.`,
  rebootNow: 'Jetzt neu starten',
  cancel: 'Abbrechen',
  snoozeFor: (minutes) => `${spanOf(minutes, 'Std.', 'Min.')} verschieben`,
  snoozeUntil: (time) => `Verschieben bis ${time}`,
  time: (when, today) => {
    const days = ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'];
    const day = dayWords(when.day - today, ['heute', 'morgen'], days, when.day);
    return day === 'heute' ? `${clockTime(when)} Uhr` : `${day}, ${clockTime(when)} Uhr`;
  },
};

const builtIn: Readonly<Record<string, Wording>> = { en: english, de: german };

/** The languages that have built-in texts. */
export const builtInLanguages: readonly string[] = Object.keys(builtIn);

/** The built-in texts for a language tag such as "de-AT"; English where there are none. */
export function wordingFor(language: string | null): Wording {
  const base = baseLanguage(language);
  return (Object.hasOwn(builtIn, base) ? builtIn[base] : undefined) ?? english;
}

/** "de" of "de-AT" and of "de_AT.UTF-8"; "en" where nothing is known. */
export function baseLanguage(language: string | null): string {
  return /^[A-Za-z]{2,3}/.exec(language ?? '')?.[0].toLowerCase() ?? 'en';
}

/** An epoch millisecond as people there would say it. */
export function timeText(wording: Wording, zone: Zone, at: number, now: number): string {
  return wording.time(localTime(zone, at), localTime(zone, now).day);
}

function clockTime({ minuteOfDay }: LocalTime): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

/** Within a week the day of the week tells the day. 1 January 1970 was a Thursday. */
function dayWords(
  ahead: number,
  near: readonly [string, string],
  days: readonly string[],
  day: number,
): string {
  if (ahead === 0 || ahead === 1) return near[ahead];
  const weekday = days[(((day + 4) % 7) + 7) % 7] ?? '';
  if (ahead > 1 && ahead < 7) return weekday;
  const date = dateOf(day);
  return `${weekday} ${date}`;
}

/** A count of days since 1970 as "2026-11-23". */
function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

function spanOf(minutes: number, hourWord: string, minuteWord: string): string {
  const whole = Math.max(1, Math.round(minutes));
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  if (hours === 0) return `${rest} ${minuteWord}`;
  return rest === 0 ? `${hours} ${hourWord}` : `${hours} ${hourWord} ${rest} ${minuteWord}`;
}
