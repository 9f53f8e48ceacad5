import { type FieldProblem, onePerField } from '../field-problem.ts';
import type { RebootSettings, SnoozeChoice } from './settings.ts';

const minutesOfWeek = 7 * 24 * 60;

/** Everything that is wrong with settings of Interactive Reboot, one message per field; empty when they can be saved (L-24). */
export function rebootSettingsProblems(settings: RebootSettings): FieldProblem[] {
  return onePerField([
    ...countProblems(settings),
    ...durationProblems(settings),
    ...snoozeProblems(settings.snoozeChoices),
    ...textProblems(settings),
  ]);
}

function countProblems({ notificationCount }: RebootSettings): FieldProblem[] {
  return Number.isInteger(notificationCount) && notificationCount >= 0 && notificationCount <= 100
    ? []
    : [{ path: 'notificationCount', message: 'must be a whole number from 0 to 100' }];
}

function durationProblems(settings: RebootSettings): FieldProblem[] {
  const { notificationTimeoutMinutes, rebootNowDelayMinutes, finalWarningMinutes } = settings;
  const isDuration = (minutes: number): boolean => minutes > 0 && minutes <= minutesOfWeek;
  const problems: FieldProblem[] = [];
  if (!isDuration(notificationTimeoutMinutes)) {
    problems.push({ path: 'notificationTimeoutMinutes', message: 'must be more than 0 and at most a week' });
  }
  if (!isDuration(finalWarningMinutes)) {
    problems.push({ path: 'finalWarningMinutes', message: 'must be more than 0 and at most a week' });
  }
  if (!(rebootNowDelayMinutes >= 0)) {
    problems.push({ path: 'rebootNowDelayMinutes', message: 'must not be less than 0' });
  } else if (rebootNowDelayMinutes > finalWarningMinutes) {
    problems.push({
      path: 'rebootNowDelayMinutes',
      message: 'must not be longer than the final warning: choosing "Reboot now" would put the reboot off',
    });
  }
  return problems;
}

function snoozeProblems(choices: readonly SnoozeChoice[]): FieldProblem[] {
  if (choices.length === 0) return [{ path: 'snoozeChoices', message: 'name at least one choice' }];
  if (choices.length > 10) return [{ path: 'snoozeChoices', message: 'must not have more than 10 choices' }];
  return choices.flatMap((choice, index) => {
    const path = `snoozeChoices.${index}`;
    if (choice.kind === 'for' && !(choice.minutes > 0 && choice.minutes <= minutesOfWeek)) {
      return [{ path, message: 'must be more than 0 minutes and at most a week' }];
    }
    if (choice.kind === 'at' && !isTimeOfDay(choice)) return [{ path, message: 'is not a time of day' }];
    const first = choices.findIndex((other) => JSON.stringify(other) === JSON.stringify(choice));
    return first < index ? [{ path, message: `is the same as choice ${first + 1}` }] : [];
  });
}

function isTimeOfDay({ hour, minute }: Extract<SnoozeChoice, { kind: 'at' }>): boolean {
  return (
    Number.isInteger(hour) && hour >= 0 && hour < 24 && Number.isInteger(minute) && minute >= 0 && minute < 60
  );
}

/** The first bytes of every PNG file, in base64. */
const pngBegins = 'iVBORw0KGgo';

function textProblems({ logo, company, texts }: RebootSettings): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (logo !== null && !logo.startsWith(pngBegins)) {
    problems.push({ path: 'logo', message: 'must be a PNG image' });
  }
  if (/[\r\n\t]/.test(company)) problems.push({ path: 'company', message: 'must be on one line' });
  for (const [language, { title }] of Object.entries(texts)) {
    if (/[\r\n\t]/.test(title))
      problems.push({ path: `texts.${language}.title`, message: 'must be on one line' });
  }
  return problems;
}
