import { useDroppable } from '@dnd-kit/react';
import type { WorkflowPhase } from '@patchbay/domain/workflow/workflow';
import { IconPackages } from '@tabler/icons-react';
import { useId } from 'react';
import { ReadStep, StepCard } from './step-card.tsx';
import type { KnownTasks, WorkflowDraft } from './workflow-values.ts';

/** Below the steps themselves: a lane takes what is dropped beside them. */
const lanePriority = 1;

/** One phase of a workflow with its steps from top to bottom. */
export function Lane({
  phase,
  title,
  hint,
  draft,
  known,
  problems,
  readOnly,
  onChange,
}: {
  readonly phase: WorkflowPhase;
  readonly title: string;
  readonly hint: string;
  readonly draft: WorkflowDraft;
  readonly known: KnownTasks;
  readonly problems: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly onChange: (draft: WorkflowDraft) => void;
}) {
  const id = useId();
  const { ref, isDropTarget } = useDroppable({
    id: phase,
    accept: ['step', 'task'],
    collisionPriority: lanePriority,
    disabled: readOnly,
  });
  const steps = draft.steps[phase];
  return (
    <div className={isDropTarget ? 'lane lane-target' : 'lane'} ref={ref}>
      <h2 className="lane-title" id={id}>
        {title}
        <span className="quiet"> {steps.length > 0 && steps.length}</span>
      </h2>
      {steps.length === 0 ? (
        <p className="lane-empty">
          {readOnly ? 'No steps.' : `${hint} Drag a task here, or add it from the list.`}
        </p>
      ) : (
        <ol className="lane-steps" aria-labelledby={id}>
          {steps.map((step, index) =>
            readOnly ? (
              <ReadStep key={step.key} step={step} reboots={known.get(step.task.id)?.reboots === true} />
            ) : (
              <StepCard
                key={step.key}
                step={step}
                place={{ phase, index }}
                draft={draft}
                task={known.get(step.task.id) ?? null}
                problem={problems.get(`${phase}.${index}`) ?? null}
                onChange={onChange}
              />
            ),
          )}
        </ol>
      )}
    </div>
  );
}

/** Where the plan's patches are installed; it has no steps of its own. */
export function PatchLane() {
  return (
    <div className="lane lane-patch">
      <h2 className="lane-title">Patch</h2>
      <div className="patch-card">
        <IconPackages size={26} stroke={1.5} aria-hidden="true" />
        <strong>Patch operation</strong>
        <span className="quiet">Installs what the plan has chosen.</span>
      </div>
    </div>
  );
}
