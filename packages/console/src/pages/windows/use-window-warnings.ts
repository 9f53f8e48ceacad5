import type { WindowCheck, WindowInput } from '@patchbay/contracts/window';
import { usePreview } from '../../forms/use-preview.ts';

/**
 * What the server would warn of when a window was saved as it is now, overlaps with other windows included (P-06).
 * Null while it is not known, and for a window that cannot be saved. `replaces`: the window that is edited.
 */
export function useWindowWarnings(
  window: WindowInput | null,
  replaces: string | null,
): readonly string[] | null {
  const check = usePreview<WindowCheck>({
    noun: 'windows',
    path: '/windows/check',
    request: window && { window, replaces },
  });
  return window === null || check.data === undefined || check.isError ? null : check.data.warnings;
}
