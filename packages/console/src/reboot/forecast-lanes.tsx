import { IconAlertTriangle, IconPower } from '@tabler/icons-react';
import { durationText } from '../ui/instant.ts';
import { behaviourNames, clockText, dayText, entryText, momentText } from './moment-words.ts';
import type { Lane, Mark, Picture } from './picture.ts';
import './forecast-lanes.css';

/** From so many marks on, they are too many to be numbered. */
const many = 22;

/** What may come of settings: a line for each way in which users may behave, all on one scale. */
export function ForecastLanes({ picture }: { readonly picture: Picture }) {
  const { start, lanes, midnights, deadline } = picture;
  return (
    <div className="lanes-picture">
      <ol className="forecast-lanes">
        {lanes.map((lane, index) => (
          <LaneRow key={lane.behaviour} lane={lane} picture={picture} isFirst={index === 0} />
        ))}
      </ol>
      <p className="lanes-legend quiet" aria-hidden="true">
        <span>
          <i className="stretch stretch-shown" /> on the screen
        </span>
        <span>
          <i className="stretch stretch-snoozed" /> left alone
        </span>
        <span>
          <i className="stretch stretch-ending" /> about to reboot
        </span>
        {midnights.length > 0 && (
          <span>
            <i className="legend-midnight" /> midnight
          </span>
        )}
        {deadline !== null && (
          <span>
            <i className="legend-deadline" /> deadline, {momentText(deadline.at, start)}
          </span>
        )}
      </p>
      <details className="lanes-words">
        <summary>Every moment in words</summary>
        <div className="lanes-tables">
          {lanes.map((lane) => (
            <LaneTable key={lane.behaviour} lane={lane} start={start} />
          ))}
        </div>
      </details>
    </div>
  );
}

function LaneRow({
  lane,
  picture,
  isFirst,
}: {
  readonly lane: Lane;
  readonly picture: Picture;
  readonly isFirst: boolean;
}) {
  const { behaviour, rebootAt, marks, stretches } = lane;
  const { start, midnights, deadline } = picture;
  return (
    <li>
      <div className="lane-words">
        <strong>{behaviourNames[behaviour]}</strong>
        <span className="figures">
          {rebootAt === null ? (
            'no reboot'
          ) : (
            <>
              reboots {momentText(rebootAt, start)}
              <span className="quiet"> · after {durationText(rebootAt - start)}</span>
            </>
          )}
        </span>
      </div>
      <div className="lane-track" role="img" aria-label={laneText(lane, start)}>
        {midnights.map(({ at, place }) => (
          <span key={at} className="lane-midnight" style={{ left: `${place}%` }}>
            {midnights.length < 9 && isFirst && <span>{dayText(at, start)}</span>}
          </span>
        ))}
        {deadline !== null && <span className="lane-deadline" style={{ left: `${deadline.place}%` }} />}
        {stretches.map(({ kind, from, to }) => (
          <span
            key={`${kind} ${from}`}
            className={`stretch stretch-${kind}`}
            style={{ left: `${from}%`, width: `${to - from}%` }}
          />
        ))}
        {marks.map((mark) => (
          <MarkSign key={`${mark.kind} ${mark.number}`} mark={mark} isOneOfMany={marks.length > many} />
        ))}
      </div>
    </li>
  );
}

function MarkSign({ mark, isOneOfMany }: { readonly mark: Mark; readonly isOneOfMany: boolean }) {
  const { kind, at, place, number, labelled } = mark;
  const small = isOneOfMany && kind === 'reminder';
  const side = place < 4 ? ' mark-first' : place > 96 ? ' mark-last' : '';
  return (
    <span className={`mark mark-${kind}${small ? ' mark-small' : ''}${side}`} style={{ left: `${place}%` }}>
      <span className="mark-sign">
        {kind === 'reboot' ? (
          <IconPower size={13} stroke={2.6} />
        ) : kind === 'finalWarning' ? (
          <IconAlertTriangle size={13} stroke={2.4} />
        ) : (
          !small && number
        )}
      </span>
      {labelled && <span className="mark-time figures">{clockText(at)}</span>}
    </span>
  );
}

function laneText({ behaviour, marks, rebootAt }: Lane, start: number): string {
  const reminders = marks.filter(({ kind }) => kind === 'reminder');
  const final = marks.find(({ kind }) => kind === 'finalWarning');
  const parts = [
    reminders.length === 0
      ? null
      : reminders.length === 1
        ? `one notification at ${momentText(reminders[0]?.at ?? start, start)}`
        : `${reminders.length} notifications from ${momentText(reminders[0]?.at ?? start, start)} to ${momentText(reminders.at(-1)?.at ?? start, start)}`,
    final && `final warning at ${momentText(final.at, start)}`,
    rebootAt === null ? 'no reboot' : `reboot at ${momentText(rebootAt, start)}`,
  ];
  return `${behaviourNames[behaviour]}: ${parts.filter(Boolean).join(', ')}.`;
}

function LaneTable({ lane, start }: { readonly lane: Lane; readonly start: number }) {
  return (
    <table>
      <caption>{behaviourNames[lane.behaviour]}</caption>
      <tbody>
        {lane.entries.map((entry) => (
          <tr key={`${entry.kind} ${entry.number}`}>
            <td className="figures">{momentText(entry.at, start)}</td>
            <td>{entryText(entry)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
