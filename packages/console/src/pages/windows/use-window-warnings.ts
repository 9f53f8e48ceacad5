import { useDebouncedValue } from '@mantine/hooks';
import type { WindowCheck, WindowInput } from '@patchbay/contracts/window';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { send } from '../../api/client.ts';

const typingMs = 400;

/**
 * What the server would warn of when a window was saved as it is now, overlaps with other windows included (P-06).
 * Null while it is not known, and for a window that cannot be saved. `replaces`: the window that is edited.
 */
export function useWindowWarnings(
  window: WindowInput | null,
  replaces: string | null,
): readonly string[] | null {
  const [text] = useDebouncedValue(window === null ? null : JSON.stringify({ window, replaces }), typingMs);
  const check = useQuery({
    queryKey: ['windows', 'check', text],
    queryFn: () => send<WindowCheck>('POST', '/windows/check', JSON.parse(text ?? '')),
    enabled: text !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return window === null || check.data === undefined || check.isError ? null : check.data.warnings;
}
