import { z } from 'zod';
import { cleanText } from '../clean-text.ts';
import type { UserSession } from './notifier.ts';
import type { HelperEvent } from './windows-helper.ts';

/** What a process of the user tells about the desktop: only as true as that user wants it to be. */
const desktopState = z.object({ busy: z.boolean(), language: z.string().max(85) });

/** The sessions that the helper has listed. A locked session is active: its user finds the notification on return. */
export function sessionsOf(events: readonly HelperEvent[]): UserSession[] {
  return events
    .filter((event) => event.event === 'session')
    .map(({ id, user, active, console, desktop }) => {
      const state = readDesktop(desktop);
      return {
        id: String(id),
        user: cleanText(user, 120),
        kind: 'graphical',
        active,
        console,
        busy: state?.busy ?? false,
        language: state?.language || null,
      };
    });
}

function readDesktop(text: string | null): z.infer<typeof desktopState> | null {
  try {
    return desktopState.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
}
