import { Feedback, StyleInjector } from '@dnd-kit/dom';
import { DragDropProvider, type DragEndEvent } from '@dnd-kit/react';
import { isSortable } from '@dnd-kit/react/sortable';
import type { Task } from '@patchbay/contracts/task';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import { styleNonce } from '../../style-nonce.ts';
import { Lane, PatchLane } from './lane.tsx';
import { TaskPalette } from './task-palette.tsx';
import { added, type KnownTasks, moved, type WorkflowDraft } from './workflow-values.ts';
import './lanes.css';

/** The picture of a workflow, read from left to right, with the tasks to choose from beside it. */
export function Lanes({
  draft,
  known,
  problems,
  readOnly,
  onChange,
}: {
  readonly draft: WorkflowDraft;
  readonly known: KnownTasks;
  /** By `<phase>.<index>`. */
  readonly problems: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly onChange: (draft: WorkflowDraft) => void;
}) {
  const add = (phase: WorkflowPhase, task: Task): void => onChange(added(draft, phase, task, known));
  const drop = ({ operation: { source, target }, canceled }: DragEndEvent): void => {
    if (canceled || source === null) return;
    if (isSortable(source)) {
      const from = phaseOf(source.initialGroup);
      const to = phaseOf(source.group);
      if (from === null || to === null) return;
      if (from === to && source.initialIndex === source.index) return;
      onChange(moved(draft, { phase: from, index: source.initialIndex }, { phase: to, index: source.index }));
      return;
    }
    const task = (source.data as { task?: Task }).task;
    const phase = target === null ? null : phaseOf(isSortable(target) ? target.group : target.id);
    if (task !== undefined && phase !== null) add(phase, task);
  };
  const lane = (phase: WorkflowPhase, title: string, hint: string) => (
    <Lane
      phase={phase}
      title={title}
      hint={hint}
      draft={draft}
      known={known}
      problems={problems}
      readOnly={readOnly}
      onChange={onChange}
    />
  );
  return (
    <DragDropProvider
      plugins={(usual) => [
        ...usual,
        StyleInjector.configure({ nonce: styleNonce() }),
        Feedback.configure({ dropAnimation: null }),
      ]}
      onDragEnd={drop}
    >
      <section className={readOnly ? 'editor' : 'editor editor-open'} aria-label="Steps">
        <div className="lanes">
          {lane('prePatching', 'Pre-patching', 'Before patches are installed: check, drain, back up.')}
          <PatchLane />
          {lane('postPatching', 'Post-patching', 'After the installation: a reboot may stand last.')}
          {lane(
            'afterReboot',
            'After reboot',
            'Checks when the endpoint is back; after post-patching if it did not reboot.',
          )}
        </div>
        {!readOnly && <TaskPalette draft={draft} onAdd={add} />}
      </section>
    </DragDropProvider>
  );
}

function phaseOf(group: unknown): WorkflowPhase | null {
  return workflowPhases.find((phase) => phase === group) ?? null;
}
