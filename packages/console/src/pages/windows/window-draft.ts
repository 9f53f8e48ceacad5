import type { MaintenanceWindow, WindowInput } from '@patchbay/contracts/window';
import { windowMinutes, windowProblems, windowWarnings } from '@patchbay/domain/schedule/maintenance-window';
import { parseSelector } from '@patchbay/domain/selector/selector';
import { sentence } from '../../forms/field-errors.ts';

/** A new window: Saturdays at 22:00 for four hours; `day` is today, such as `2026-12-24`. */
export function newWindow(day: string, timeZone: string): WindowInput {
  return {
    name: '',
    description: '',
    endpoints: '',
    recurrence: { rule: 'FREQ=WEEKLY;BYDAY=SA', afterDays: 0, start: day, time: '22:00', timeZone },
    durationMinutes: 240,
    blackouts: [],
  };
}

/** What of a window is edited. */
export function windowDraft(window: MaintenanceWindow): WindowInput {
  const { name, description, endpoints, recurrence, durationMinutes, blackouts } = window;
  return { name, description, endpoints, recurrence, durationMinutes, blackouts };
}

/** A window as text, to compare two versions. */
export function windowText(window: WindowInput | MaintenanceWindow): string {
  const { name, description, endpoints, recurrence, durationMinutes, blackouts } = window;
  return JSON.stringify({ name, description, endpoints, recurrence, durationMinutes, blackouts }, null, 2);
}

/** What is wrong with a window while it is edited, by field (P-06); empty when it can be saved. */
export function windowErrors(draft: WindowInput): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (path: string, message: string): void => {
    if (!found.has(path)) found.set(path, sentence(message));
  };
  if (draft.endpoints.trim() !== '') {
    const parsed = parseSelector(draft.endpoints);
    if (!parsed.ok) add('endpoints', parsed.problem);
  }
  if (draft.durationMinutes < windowMinutes.least) add('durationMinutes', 'must be at least 15 minutes');
  if (draft.durationMinutes > windowMinutes.most) add('durationMinutes', 'must be at most a week');
  for (const { path, message } of windowProblems(draft)) add(path, message);
  return found;
}

/** Whether the window's openings can be worked out. */
export function canBePictured(errors: ReadonlyMap<string, string>): boolean {
  return ![...errors.keys()].some((path) => path.startsWith('recurrence') || path.startsWith('blackouts.'));
}

/** What one would hardly want of a window that is valid; `now` in epoch milliseconds. */
export function draftWarnings(draft: WindowInput, now: number, bufferMinutes: number): readonly string[] {
  return windowErrors(draft).size > 0 ? [] : windowWarnings(draft, now, bufferMinutes);
}
