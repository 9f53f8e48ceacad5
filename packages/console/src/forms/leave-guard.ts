import { useBlocker } from '@tanstack/react-router';

/** Asks before a page with changes that are not saved is left. */
export function useLeaveGuard(hasChanges: () => boolean): void {
  useBlocker({
    shouldBlockFn: () => hasChanges() && !window.confirm('Leave without saving? Your changes would be lost.'),
    enableBeforeUnload: hasChanges,
  });
}
