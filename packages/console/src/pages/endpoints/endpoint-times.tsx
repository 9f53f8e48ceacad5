import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Link } from '@patchbay/contracts/reference';
import type { EndpointTimetable, MaintenanceWindow } from '@patchbay/contracts/window';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';

const shownOpenings = 4;

/** The groups that an endpoint belongs to, and when it may be worked on by all its windows together (E-13, P-06). */
export function EndpointTimes({ id }: { readonly id: string }) {
  const own = `/endpoints/${part(id)}`;
  const groups = useQuery(thingQuery<ListPage<Link>>('groups', `${own}/groups`));
  const windows = useQuery(thingQuery<ListPage<MaintenanceWindow>>('windows', '/windows', { endpoint: id }));
  const timetable = useQuery(thingQuery<EndpointTimetable>('windows', `${own}/timetable`));
  const error = groups.error ?? windows.error ?? timetable.error;
  return (
    <Section title="Groups and maintenance windows">
      {error !== null && <ProblemView error={error} />}
      <FactList
        facts={[
          ['Groups', <Links key="groups" links={groups.data?.items ?? []} path={paths.group} />],
          ['Windows', <Links key="windows" links={windows.data?.items ?? []} path={paths.window} />],
          [
            'May be worked on',
            timetable.data === undefined ? '' : <Times key="times" timetable={timetable.data} />,
          ],
        ]}
      />
    </Section>
  );
}

function Links({ links, path }: { readonly links: readonly Link[]; readonly path: (id: string) => string }) {
  if (links.length === 0) return <span className="quiet">none</span>;
  return (
    <ul className="plain-list">
      {links.map((link) => (
        <li key={link.id ?? link.name}>
          <Linked link={link} path={path} />
        </li>
      ))}
    </ul>
  );
}

function Times({ timetable: { restricted, current, next } }: { readonly timetable: EndpointTimetable }) {
  if (!restricted) return <>at any time: it has no window</>;
  const openings = [...(current === null ? [] : [current]), ...next].slice(0, shownOpenings);
  if (openings.length === 0) return <>not within a year: its windows do not open</>;
  return (
    <ul className="plain-list">
      {openings.map(({ opensAt, closesAt }) => (
        <li key={opensAt}>
          <When at={opensAt} /> – <When at={closesAt} />
          {current?.opensAt === opensAt && <strong> (now)</strong>}
        </li>
      ))}
    </ul>
  );
}
