import { defaultRebootSettings, type RebootSettings } from './settings.ts';

/** Some of the settings, such as those that a step sets over its task's (L-24). */
export type RebootSettingsOver = {
  readonly [Name in keyof RebootSettings]?: RebootSettings[Name] | undefined;
};

/** Settings with others over them; what is not set there stays. */
export function mergeRebootSettings(
  settings: RebootSettings,
  over: RebootSettingsOver | null,
): RebootSettings {
  const set = Object.entries(over ?? {}).filter(([, value]) => value !== undefined);
  return { ...settings, ...Object.fromEntries(set) };
}

/** All settings, of which only some were given; the others are the defaults. */
export function wholeRebootSettings(given: RebootSettingsOver): RebootSettings {
  return mergeRebootSettings(defaultRebootSettings, given);
}
