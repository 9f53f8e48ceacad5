import { Button, Collapse } from '@mantine/core';
import type { ActivitySummary } from '@patchbay/contracts/activity';
import type { Run, RunStep } from '@patchbay/contracts/run';
import { IconChevronDown, IconChevronRight, IconPlayerSkipForward, IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { sentence } from '../../forms/field-errors.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { OutputView } from '../../ui/output/output-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { StatusSign } from '../../ui/status-mark.tsx';
import { phaseNames, stepStatuses } from '../../ui/statuses.ts';
import { Took } from '../../ui/time.tsx';
import { conditionText } from './condition-text.ts';
import type { RunOperation } from './run-actions.tsx';

/** The steps from first to last: what became of each, how long it took, and what it printed. */
export function RunTrack({
  run,
  activities,
  operation,
}: {
  readonly run: Run;
  readonly activities: readonly ActivitySummary[];
  readonly operation: RunOperation;
}) {
  return (
    <ol className="track">
      {run.steps.map((step, index) => (
        <TrackStep
          key={step.key}
          step={step}
          startsPhase={step.phase !== run.steps[index - 1]?.phase}
          attempts={activities
            .filter((one) => one.step === step.key)
            .toSorted((a, b) => b.attempt - a.attempt)}
          skip={run.options.skip.includes(step.key)}
          repeat={run.options.repeat.includes(step.key)}
          operation={operation}
        />
      ))}
    </ol>
  );
}

function TrackStep({
  step,
  startsPhase,
  attempts,
  skip,
  repeat,
  operation,
}: {
  readonly step: RunStep;
  readonly startsPhase: boolean;
  /** The latest first. */
  readonly attempts: readonly ActivitySummary[];
  readonly skip: boolean;
  readonly repeat: boolean;
  readonly operation: RunOperation;
}) {
  const { name, status, detail, tolerated, condition, phase } = step;
  const shown = stepStatuses[status];
  const latest = attempts[0];
  const [opened, setOpened] = useState(false);
  const first = attempts.at(-1);
  return (
    <li className={`track-step track-${status}`}>
      {startsPhase && <div className="track-phase">{phaseNames[phase]}</div>}
      <div className="track-row">
        <span className="track-sign">
          <StatusSign tone={tolerated ? 'warn' : shown.tone} size={16} />
        </span>
        <div className="track-words">
          <div className="track-head">
            {latest === undefined ? (
              <span className="track-name">{name}</span>
            ) : (
              <RouterLink to={paths.activity(latest.id)} size="sm" className="track-name">
                {name}
              </RouterLink>
            )}
            <span className="track-status quiet">
              {tolerated ? 'Failed, passed over' : shown.label}
              {step.attempts > 1 && `, ${step.attempts} attempts`}
            </span>
          </div>
          {detail !== null && <div className="track-detail">{sentence(detail)}</div>}
          {condition !== null && status === 'pending' && (
            <div className="track-detail quiet">Only if {conditionText(condition)}</div>
          )}
        </div>
        <span className="track-actions">
          {skip && (
            <ActionButton
              size="compact-xs"
              icon={IconPlayerSkipForward}
              refusal={operation.refusal}
              onClick={() => operation.skip(step)}
            >
              Skip
            </ActionButton>
          )}
          {repeat && (
            <ActionButton
              size="compact-xs"
              icon={IconRepeat}
              refusal={operation.refusal}
              onClick={() => operation.repeat(step)}
            >
              Repeat
            </ActionButton>
          )}
          {latest !== undefined && (
            <Button
              size="compact-xs"
              variant="subtle"
              aria-expanded={opened}
              aria-label={`Output of ${name}`}
              rightSection={
                opened ? (
                  <IconChevronDown size={13} aria-hidden="true" />
                ) : (
                  <IconChevronRight size={13} aria-hidden="true" />
                )
              }
              onClick={() => setOpened((before) => !before)}
            >
              Output
            </Button>
          )}
        </span>
        <span className="track-time">
          {first !== undefined && latest !== undefined && (
            <Took from={first.startedAt} to={latest.finishedAt} />
          )}
        </span>
      </div>
      {latest !== undefined && (
        <Collapse expanded={opened}>
          <div className="track-output">
            {opened && <OutputView key={latest.id} activity={latest.id} height="16rem" />}
          </div>
        </Collapse>
      )}
    </li>
  );
}
