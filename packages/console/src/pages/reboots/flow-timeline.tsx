import { Button, Skeleton } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { RebootFlow, RebootFlowEvent } from '@patchbay/contracts/reboot-flow';
import {
  IconAlertTriangle,
  IconBell,
  IconCheck,
  IconClockPause,
  IconEye,
  IconPointFilled,
  IconPower,
  IconUser,
  IconX,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { get, part } from '../../api/client.ts';
import { entryText } from '../../reboot/moment-words.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';

/** A flow from its beginning to what will end it: what has happened, now, and what comes. */
export function FlowTimeline({ flow }: { readonly flow: RebootFlow }) {
  const path = `/reboots/${part(flow.id)}/events`;
  const events = useInfiniteQuery({
    queryKey: ['reboots', 'events', path],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      get<ListPage<RebootFlowEvent>>(path, { limit: 200, cursor: pageParam }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (events.isError) return <ProblemView error={events.error} retry={() => void events.refetch()} />;
  if (events.data === undefined) return <Skeleton height={220} />;
  const all = events.data.pages.flatMap(({ items }) => items);
  const told = all.filter(({ notes, disputed }) => notes.length > 0 || disputed !== null);
  const last = Math.max(...all.map(({ at }) => Date.parse(at)), 0);
  const coming = flow.forecast.filter(({ at }) => Date.parse(at) > last);
  return (
    <>
      <ol className="flow-line" aria-label="What happened">
        {told.map((event) => (
          <Happened key={event.sequence} event={event} />
        ))}
      </ol>
      {events.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          More
        </Button>
      )}
      {flow.pending && (
        <>
          <h3 className="flow-coming-title">
            What comes <span className="quiet">if its users put it off for as long as they can</span>
          </h3>
          {coming.length === 0 ? (
            <p className="flow-note quiet">
              {flow.latestRebootAt === null
                ? 'Nothing by itself: it waits for a user.'
                : 'Only the reboot is left.'}
            </p>
          ) : (
            <ol className="flow-line flow-coming" aria-label="What comes">
              {coming.map((entry) => (
                <Point
                  key={`${entry.kind} ${entry.number}`}
                  at={entry.at}
                  icon={comingIcons[entry.kind]}
                  kind={entry.kind === 'reboot' ? 'reboot' : 'coming'}
                >
                  {entry.kind === 'reboot' ? <strong>Reboot, at the latest</strong> : entryText(entry)}
                </Point>
              ))}
            </ol>
          )}
        </>
      )}
    </>
  );
}

function Happened({ event }: { readonly event: RebootFlowEvent }) {
  const { at, notes, disputed, kind } = event;
  if (disputed !== null) {
    return (
      <Point at={at} icon={<IconAlertTriangle size={14} />} kind="disputed">
        <StatusMark tone="warn">Disputed</StatusMark> The endpoint reported “{kind}”, which changed nothing:{' '}
        {disputed}.
      </Point>
    );
  }
  return (
    <Point
      at={at}
      icon={iconOf(event)}
      kind={kind === 'booted' ? 'reboot' : kind === 'answered' ? 'answer' : 'past'}
    >
      {notes.map((note) => (
        <div key={note}>{note}</div>
      ))}
    </Point>
  );
}

function Point({
  at,
  icon,
  kind,
  children,
}: {
  readonly at: string;
  readonly icon: ReactNode;
  readonly kind: 'past' | 'answer' | 'coming' | 'reboot' | 'disputed';
  readonly children: ReactNode;
}) {
  return (
    <li className={`flow-point flow-point-${kind}`}>
      <span className="flow-time">
        <When at={at} />
      </span>
      <span className="flow-sign" aria-hidden="true">
        {icon}
      </span>
      <div className="flow-words">{children}</div>
    </li>
  );
}

const comingIcons: Readonly<Record<RebootFlow['forecast'][number]['kind'], ReactNode>> = {
  reminder: <IconBell size={14} />,
  finalWarning: <IconAlertTriangle size={14} />,
  snoozed: <IconClockPause size={14} />,
  ignored: <IconX size={14} />,
  confirmed: <IconCheck size={14} />,
  reboot: <IconPower size={14} />,
};

function iconOf({ kind, answer }: RebootFlowEvent): ReactNode {
  switch (kind) {
    case 'begin':
    case 'wake':
      return <IconBell size={14} />;
    case 'shown':
      return <IconEye size={14} />;
    case 'answered':
      return answer === 'snooze' ? (
        <IconClockPause size={14} />
      ) : answer === 'cancel' ? (
        <IconX size={14} />
      ) : (
        <IconCheck size={14} />
      );
    case 'notifierFailed':
    case 'rebootRefused':
      return <IconAlertTriangle size={14} />;
    case 'sessionsChanged':
      return <IconUser size={14} />;
    case 'booted':
      return <IconPower size={14} />;
    case 'stopped':
      return <IconX size={14} />;
    default:
      return <IconPointFilled size={14} />;
  }
}
