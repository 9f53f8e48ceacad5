import type { TaskInput } from '@patchbay/contracts/task';
import type { RebootSettingsOver } from '@patchbay/domain/reboot/merge-settings';
import { mergeRebootSettings, wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';

/** Settings as requests hold them. */
export type GivenSettings = NonNullable<TaskInput['interactiveReboot']>;

/** Settings as a task's request has them. */
export function taskSettings(settings: RebootSettings): GivenSettings {
  const { snoozeChoices, texts } = settings;
  return { ...settings, snoozeChoices: [...snoozeChoices], texts: { ...texts } };
}

/** Whether these are the defaults, or none are given. */
export function isDefault(given: RebootSettingsOver | null): boolean {
  return Object.keys(differing(wholeRebootSettings({}), wholeRebootSettings(given ?? {}))).length === 0;
}

/** The settings that are not the same as others: what a step has to set over its task's (L-24). */
export function differing(from: RebootSettings, settings: RebootSettings): Partial<GivenSettings> {
  const changed = Object.entries(taskSettings(settings)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(from[name as keyof RebootSettings]),
  );
  return Object.fromEntries(changed);
}

const names: Readonly<Record<keyof RebootSettings, string>> = {
  notificationCount: 'notification count',
  notificationTimeoutMinutes: 'time-out',
  allowCancel: 'cancel',
  onlyIfNeeded: 'only if needed',
  snoozeChoices: 'snooze choices',
  rebootNowDelayMinutes: 'reboot-now delay',
  finalWarningMinutes: 'final warning',
  noActiveUser: 'no active user',
  deadlineAt: 'deadline',
  doNotDisturb: 'do not disturb',
  sessions: 'several users',
  notifierFailed: 'nothing can be shown',
  company: 'company',
  logo: 'logo',
  texts: 'texts',
};

/** The names of the settings that are set: `notification count, deadline`. */
export function settingNames(over: RebootSettingsOver): string {
  const set = Object.entries(over).flatMap(([name, value]) =>
    value === undefined ? [] : [names[name as keyof RebootSettings]],
  );
  return set.join(', ');
}

/** The settings of a step: those of its task, with its own over them. */
export function stepSettings(task: RebootSettings, over: RebootSettingsOver | null): RebootSettings {
  return mergeRebootSettings(task, over);
}
