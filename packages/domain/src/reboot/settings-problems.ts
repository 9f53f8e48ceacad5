import type { FieldProblem } from '../field-problem.ts';
import type { RebootSettings } from './settings.ts';

/** What is wrong with the settings of an Interactive Reboot, one message per field. */
export function rebootSettingsProblems(settings: RebootSettings): FieldProblem[] {
  return settings.snoozeChoices.length > 0 ? [] : [{ path: 'snoozeChoices', message: 'name at least one' }];
}
