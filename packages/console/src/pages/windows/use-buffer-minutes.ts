import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Setting } from '@patchbay/contracts/setting';
import { useQuery } from '@tanstack/react-query';
import { thingQuery } from '../../api/things.ts';

/** How many minutes before a window ends nothing starts any more (P-07); null until it is known. */
export function useBufferMinutes(): number | null {
  const { data } = useQuery(thingQuery<ListPage<Setting>>('settings', '/settings'));
  const setting = data?.items.find(({ name }) => name === 'window.bufferMinutes');
  return setting === undefined ? null : Number(setting.value);
}
