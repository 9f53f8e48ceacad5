import { latestReboot } from '../reboot/forecast.ts';
import type { Zone } from '../reboot/moment.ts';
import type { RebootSettings } from '../reboot/settings.ts';

const minute = 60_000;

/**
 * The latest forced reboot for a first prompt at any time (R-17, P-11), for endpoints with the same settings in one
 * time zone. A flow is walked once for each minute in which somebody is prompted, however many endpoints there are;
 * what the minute is late by is added, and never leads beyond an absolute deadline.
 */
export function rebootAhead(
  settings: RebootSettings,
  zoneAt: (at: number) => Zone,
): (promptedAt: number) => number | null {
  const known = new Map<number, number | null>();
  return (promptedAt) => {
    const whole = Math.floor(promptedAt / minute) * minute;
    let latest = known.get(whole);
    if (latest === undefined) {
      latest = latestReboot(settings, null, { at: whole, up: 0, zone: zoneAt(whole) });
      known.set(whole, latest);
    }
    if (latest === null) return null;
    const late = latest + promptedAt - whole;
    const deadline = settings.deadlineAt;
    return deadline === null || late <= deadline ? late : Math.max(deadline, promptedAt, latest);
  };
}
