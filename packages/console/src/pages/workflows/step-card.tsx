import { useSortable } from '@dnd-kit/react/sortable';
import { Menu } from '@mantine/core';
import { type PlacedTask, type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import {
  IconArrowDown,
  IconArrowForwardUp,
  IconArrowUp,
  IconClock,
  IconDots,
  IconFilter,
  IconGripVertical,
  IconMessageQuestion,
  IconPower,
  IconRepeat,
  IconSettings,
  IconTrash,
} from '@tabler/icons-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { paths } from '../../paths.ts';
import { settingNames } from '../../reboot/task-settings.ts';
import { IconAction } from '../../ui/action-button.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { phaseNames } from '../../ui/statuses.ts';
import { conditionText } from '../runs/condition-text.ts';
import { openStepOptions } from './step-options.tsx';
import type { openStepReboot } from './step-reboot.tsx';
import { type DraftStep, moved, type StepPlace, type WorkflowDraft, withStep } from './workflow-values.ts';

interface StepCardProps {
  readonly step: DraftStep;
  readonly place: StepPlace;
  readonly draft: WorkflowDraft;
  /** null while it is being read. */
  readonly task: PlacedTask | null;
  readonly problem: string | null;
  readonly onChange: (draft: WorkflowDraft) => void;
}

/** A step as it stands in a workflow that is only read. */
export function ReadStep({ step, reboots }: { readonly step: DraftStep; readonly reboots: boolean }) {
  return (
    <li className="step-card">
      <div className="step-words">
        <StepName step={step} />
        <Marks step={step} reboots={reboots} />
      </div>
    </li>
  );
}

/** A step that is edited: moved by its handle, by its menu, or with Alt and the arrow keys. */
export function StepCard({ step, place, draft, task, problem, onChange }: StepCardProps) {
  const { phase, index } = place;
  const last = draft.steps[phase].length - 1;
  const { ref, handleRef, isDragging } = useSortable({
    id: step.key,
    index,
    group: phase,
    type: 'step',
    accept: ['step', 'task'],
  });
  const move = (to: StepPlace): void => onChange(moved(draft, place, to));
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.altKey) return;
    const to = placeAfter(event.key, place, last, draft);
    if (to === null) return;
    event.preventDefault();
    const { currentTarget } = event;
    move(to);
    requestAnimationFrame(() => refocus(currentTarget, step.key));
  };
  const classes = [
    'step-card',
    ...(problem === null ? [] : ['step-wrong']),
    ...(isDragging ? ['step-dragged'] : []),
  ];
  return (
    <li className={classes.join(' ')} ref={ref} data-step={step.key} onKeyDown={onKeyDown}>
      <button
        type="button"
        className="step-handle"
        ref={handleRef}
        aria-label={`Move ${step.task.name}`}
        title="Drag, or hold Alt and use the arrow keys"
      >
        <IconGripVertical size={16} aria-hidden="true" />
      </button>
      <div className="step-words">
        <StepName step={step} />
        <Marks step={step} reboots={task?.reboots === true} />
        {problem !== null && <div className="step-problem">{problem}</div>}
      </div>
      <StepMenu step={step} place={place} draft={draft} task={task} move={move} onChange={onChange} />
    </li>
  );
}

function StepName({ step: { task } }: { readonly step: DraftStep }) {
  return (
    <div className="step-name">
      <RouterLink to={paths.task(task.id)} size="sm">
        {task.name}
      </RouterLink>
    </div>
  );
}

function StepMenu({
  step,
  place,
  draft,
  task,
  move,
  onChange,
}: Pick<StepCardProps, 'step' | 'place' | 'draft' | 'task' | 'onChange'> & {
  readonly move: (to: StepPlace) => void;
}) {
  const { phase, index } = place;
  const last = draft.steps[phase].length - 1;
  const settings = task?.interactiveReboot ?? null;
  const save = (changed: DraftStep): void => onChange(withStep(draft, place, changed));
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <IconAction icon={IconDots} label={`What to do with ${step.task.name}`} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSettings size={15} />} onClick={() => openStepOptions(step, save)}>
          Condition, failure, limits …
        </Menu.Item>
        {settings !== null && (
          <Menu.Item
            leftSection={<IconMessageQuestion size={15} />}
            onClick={() => void openSettings(step, settings, draft.os, save)}
          >
            Interactive Reboot settings …
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconArrowUp size={15} />}
          disabled={index === 0}
          onClick={() => move({ phase, index: index - 1 })}
        >
          Move up
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={15} />}
          disabled={index === last}
          onClick={() => move({ phase, index: index + 1 })}
        >
          Move down
        </Menu.Item>
        {workflowPhases
          .filter((other) => other !== phase)
          .map((other) => (
            <Menu.Item
              key={other}
              leftSection={<IconArrowForwardUp size={15} />}
              onClick={() => move({ phase: other, index: draft.steps[other].length })}
            >
              Move to {phaseNames[other]}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={15} />}
          onClick={() => onChange(withStep(draft, place, null))}
        >
          Take out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The editor is loaded when somebody asks for it. */
async function openSettings(...about: Parameters<typeof openStepReboot>): Promise<void> {
  const loaded = await import('./step-reboot.tsx');
  loaded.openStepReboot(...about);
}

/** What is set on a step over its task's own, as small marks. */
function Marks({ step, reboots }: { readonly step: DraftStep; readonly reboots: boolean }) {
  const { condition, onFailure, timeoutMinutes, retries, interactiveReboot = null } = step;
  const marks: (readonly [icon: ReactNode, text: string])[] = [
    ...(reboots ? [[<IconPower key="reboots" size={13} />, 'reboots'] as const] : []),
    ...(condition === null
      ? []
      : [[<IconFilter key="if" size={13} />, `if ${conditionText(condition)}`] as const]),
    ...(onFailure === 'continue'
      ? [[<IconArrowForwardUp key="on" size={13} />, 'goes on after a failure'] as const]
      : []),
    ...(timeoutMinutes === null
      ? []
      : [[<IconClock key="limit" size={13} />, `${timeoutMinutes} min`] as const]),
    ...(retries === null
      ? []
      : [
          [
            <IconRepeat key="retries" size={13} />,
            `${retries.count} retries, ${retries.delaySeconds} s apart`,
          ] as const,
        ]),
    ...(interactiveReboot === null
      ? []
      : [[<IconMessageQuestion key="asks" size={13} />, `own ${settingNames(interactiveReboot)}`] as const]),
  ];
  if (marks.length === 0) return null;
  return (
    <ul className="step-marks">
      {marks.map(([icon, text]) => (
        <li key={text}>
          <span aria-hidden="true">{icon}</span>
          {text}
        </li>
      ))}
    </ul>
  );
}

const neighbours: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };

function placeAfter(
  key: string,
  { phase, index }: StepPlace,
  last: number,
  draft: WorkflowDraft,
): StepPlace | null {
  if (key === 'ArrowUp') return index > 0 ? { phase, index: index - 1 } : null;
  if (key === 'ArrowDown') return index < last ? { phase, index: index + 1 } : null;
  const step = neighbours[key];
  const other: WorkflowPhase | undefined =
    step === undefined ? undefined : workflowPhases[workflowPhases.indexOf(phase) + step];
  return other === undefined ? null : { phase: other, index: Math.min(index, draft.steps[other].length) };
}

/** A step that has changed its lane is another element: what was used to move it keeps the focus. */
function refocus(before: Element, key: string): void {
  const focusable = document.querySelector<HTMLElement>(`[data-step="${key}"] .step-handle`);
  if (!before.contains(document.activeElement)) focusable?.focus();
}
