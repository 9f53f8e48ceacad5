/** Rules that people choose without writing them; `own`: written as RFC 5545 has it. */
export type RulePattern = 'daily' | 'weekly' | 'nth' | 'monthDay' | 'own';

/** A rule as a form holds it. */
export interface RuleChoice {
  readonly pattern: RulePattern;
  /** For `weekly`. */
  readonly weekdays: readonly string[];
  /** For `nth`: `2` and `TU` are the second Tuesday; `-1` the last. */
  readonly ordinal: string;
  readonly weekday: string;
  /** For `monthDay`. */
  readonly monthDay: number;
}

const begin: RuleChoice = { pattern: 'own', weekdays: ['TU'], ordinal: '2', weekday: 'TU', monthDay: 1 };

/** Which of the patterns a rule is. */
export function choiceOf(rule: string): RuleChoice {
  if (rule === 'FREQ=DAILY') return { ...begin, pattern: 'daily' };
  const weekly = /^FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)$/.exec(rule);
  if (weekly?.[1] !== undefined) return { ...begin, pattern: 'weekly', weekdays: weekly[1].split(',') };
  const nth = /^FREQ=MONTHLY;BYDAY=([1-5]|-1)(MO|TU|WE|TH|FR|SA|SU)$/.exec(rule);
  if (nth?.[1] !== undefined && nth[2] !== undefined) {
    return { ...begin, pattern: 'nth', ordinal: nth[1], weekday: nth[2] };
  }
  const day = /^FREQ=MONTHLY;BYMONTHDAY=(\d{1,2})$/.exec(rule);
  if (day?.[1] !== undefined) return { ...begin, pattern: 'monthDay', monthDay: Number(day[1]) };
  return begin;
}

/** The rule of a choice; an own one stays as it was written. */
export function ruleOf(choice: RuleChoice, written: string): string {
  switch (choice.pattern) {
    case 'daily':
      return 'FREQ=DAILY';
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${(choice.weekdays.length === 0 ? ['MO'] : choice.weekdays).join(',')}`;
    case 'nth':
      return `FREQ=MONTHLY;BYDAY=${choice.ordinal}${choice.weekday}`;
    case 'monthDay':
      return `FREQ=MONTHLY;BYMONTHDAY=${choice.monthDay}`;
    case 'own':
      return written;
  }
}
