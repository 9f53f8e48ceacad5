import { Button, Group } from '@mantine/core';
import { type CalendarDay, dayParts, dayText, utcDay } from '@patchbay/domain/schedule/calendar-day';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { IconAction } from '../../ui/action-button.tsx';
import { fullTime } from '../../ui/instant.ts';
import { RouterLink } from '../../ui/router-link.tsx';
import {
  hoursText,
  type Month,
  monthAfter,
  monthOf,
  openingsOf,
  type ShownOpening,
  weeksOf,
} from './month.ts';
import type { PicturedWindow } from './pictured-window.ts';
import './windows.css';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const mostShown = 4;

interface Entry {
  readonly window: PicturedWindow;
  readonly opening: ShownOpening;
}

/** When windows open, as a month: each opening on the day that it starts and belongs to (P-06). */
export function MonthPicture({ windows }: { readonly windows: readonly PicturedWindow[] }) {
  const today = useMemo(() => localToday(), []);
  const [month, setMonth] = useState<Month>(() => monthOf(today));
  const weeks = useMemo(() => weeksOf(month), [month]);
  const entries = useMemo(() => entriesByDay(windows, weeks), [windows, weeks]);
  const title = new Date(Date.UTC(month.year, month.month - 1, 1)).toLocaleDateString(undefined, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return (
    <div className="month-box">
      <Group justify="space-between" mb="xs">
        <strong aria-live="polite">{title}</strong>
        <Group gap={4}>
          <Button size="compact-sm" variant="default" onClick={() => setMonth(monthOf(today))}>
            Today
          </Button>
          <IconAction
            icon={IconChevronLeft}
            label="Month before"
            onClick={() => setMonth(monthAfter(month, -1))}
          />
          <IconAction
            icon={IconChevronRight}
            label="Month after"
            onClick={() => setMonth(monthAfter(month, 1))}
          />
        </Group>
      </Group>
      <table className="month">
        <caption className="for-screen-readers">Openings in {title}</caption>
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th key={day} scope="col" abbr={day}>
                {day.slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <Day
                  key={day}
                  day={day}
                  isOutside={dayParts(day).month !== month.month}
                  isToday={day === today}
                  entries={entries.get(dayText(day)) ?? []}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Day({
  day,
  isOutside,
  isToday,
  entries,
}: {
  readonly day: CalendarDay;
  readonly isOutside: boolean;
  readonly isToday: boolean;
  readonly entries: readonly Entry[];
}) {
  const rest = entries.length - mostShown;
  const look = `${isOutside ? ' month-outside' : ''}${isToday ? ' month-today' : ''}`;
  return (
    <td className={`month-day${look}`} {...(isToday ? { 'aria-current': 'date' } : {})}>
      <span className="month-date figures">{dayParts(day).date}</span>
      {entries.slice(0, mostShown).map(({ window, opening }) => (
        <Bar key={`${window.key} ${opening.opensAt}`} window={window} opening={opening} />
      ))}
      {rest > 0 && <span className="quiet">and {rest} more</span>}
    </td>
  );
}

function Bar({ window, opening }: Entry) {
  const { name, to, window: rule } = window;
  const hours = hoursText(opening, rule.recurrence.timeZone);
  const [opens, closes] = [opening.opensAt, opening.closesAt].map((at) =>
    fullTime(new Date(at).toISOString()),
  );
  const why = opening.isBlackedOut ? 'Blacked out' : `${opens} – ${closes} here`;
  return (
    <span
      className={`month-bar${opening.isBlackedOut ? ' month-blackout' : ''}`}
      title={`${name}: ${hours} ${rule.recurrence.timeZone}. ${why}`}
    >
      <span className="figures">{hours}</span>
      {opening.isBlackedOut && <span className="for-screen-readers"> blacked out</span>}
      {to !== null && (
        <RouterLink to={to} size="xs" className="clip month-name">
          {name}
        </RouterLink>
      )}
    </span>
  );
}

function entriesByDay(
  windows: readonly PicturedWindow[],
  weeks: readonly (readonly CalendarDay[])[],
): ReadonlyMap<string, readonly Entry[]> {
  const all = windows.flatMap((window) =>
    openingsOf(window.window, weeks).map((opening) => ({ window, opening })),
  );
  return Map.groupBy(
    all.toSorted((one, other) => one.opening.opensAt - other.opening.opensAt),
    ({ opening }) => opening.day,
  );
}

function localToday(): CalendarDay {
  const now = new Date();
  return utcDay(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}
