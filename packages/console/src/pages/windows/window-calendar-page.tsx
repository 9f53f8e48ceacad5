import type { Page as ListPage } from '@patchbay/contracts/page';
import type { MaintenanceWindow } from '@patchbay/contracts/window';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { MonthPicture } from './month-picture.tsx';
import { NewWindowButton, WindowTabs } from './window-tabs.tsx';

const mostShown = 500;

/** All windows in one calendar (P-06). */
export function WindowCalendarPage() {
  const query = useQuery(
    thingQuery<ListPage<MaintenanceWindow>>('windows', '/windows', { limit: mostShown }),
  );
  return (
    <Page
      title="Maintenance windows"
      description="Each opening stands on the day that it starts and belongs to, with the hours of its own time zone."
      actions={<NewWindowButton />}
    >
      <WindowTabs />
      <Thing query={query}>
        {({ items, nextCursor }) => (
          <section className="surface section" aria-label="Calendar">
            {nextCursor !== null && (
              <p className="quiet">The first {mostShown} windows by name; the list has all.</p>
            )}
            <Calendar items={items} />
          </section>
        )}
      </Thing>
    </Page>
  );
}

function Calendar({ items }: { readonly items: readonly MaintenanceWindow[] }) {
  const windows = useMemo(
    () => items.map((window) => ({ key: window.id, name: window.name, to: paths.window(window.id), window })),
    [items],
  );
  return <MonthPicture windows={windows} />;
}
