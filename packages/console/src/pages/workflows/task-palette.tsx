import { useDraggable } from '@dnd-kit/react';
import { Menu, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Task } from '@patchbay/contracts/task';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { type WorkflowPhase, workflowPhases } from '@patchbay/domain/workflow/workflow';
import { IconGripVertical, IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { thingQuery } from '../../api/things.ts';
import { IconAction } from '../../ui/action-button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { phaseNames } from '../../ui/statuses.ts';
import type { WorkflowDraft } from './workflow-values.ts';

const typingMs = 200;
const shown = 60;

/** The tasks to choose from: searched by name, dragged into a lane or added with their button. */
export function TaskPalette({
  draft,
  onAdd,
}: {
  readonly draft: WorkflowDraft;
  readonly onAdd: (phase: WorkflowPhase, task: Task) => void;
}) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), typingMs);
  const { os } = draft;
  const found = useQuery({
    ...thingQuery<ListPage<Task>>('tasks', '/tasks', { os, search, limit: shown }),
    placeholderData: keepPreviousData,
  });
  // L-23: an internal script is only for Run Task.
  const tasks = found.data?.items.filter(({ category }) => category !== 'Internal Script');
  return (
    <aside className="palette" aria-label="Tasks to add">
      <h2 className="lane-title">Tasks for {operatingSystemNames[os]}</h2>
      <TextInput
        size="sm"
        type="search"
        aria-label="Search tasks by name"
        placeholder="Search by name"
        leftSection={<IconSearch size={15} aria-hidden="true" />}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      {found.isError && <ProblemView error={found.error} />}
      {tasks?.length === 0 && <p className="lane-empty">No task is called like this.</p>}
      <ul className="palette-tasks" tabIndex={-1}>
        {tasks?.map((task) => (
          <PaletteTask key={task.id} task={task} onAdd={onAdd} />
        ))}
      </ul>
      {typeof found.data?.nextCursor === 'string' && (
        <p className="palette-more quiet">Search to see the others.</p>
      )}
    </aside>
  );
}

function PaletteTask({
  task,
  onAdd,
}: {
  readonly task: Task;
  readonly onAdd: (phase: WorkflowPhase, task: Task) => void;
}) {
  const { ref } = useDraggable({ id: `task-${task.id}`, type: 'task', data: { task } });
  return (
    <li className="palette-task" title={task.description}>
      <span className="palette-grip" ref={ref} aria-hidden="true" tabIndex={-1}>
        <IconGripVertical size={15} />
        <span className="palette-name">{task.name}</span>
      </span>
      <Menu position="left-start" withinPortal>
        <Menu.Target>
          <IconAction icon={IconPlus} label={`Add ${task.name}`} />
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Add to</Menu.Label>
          {workflowPhases.map((phase) => (
            <Menu.Item
              key={phase}
              disabled={task.reboots && phase !== 'postPatching'}
              onClick={() => onAdd(phase, task)}
            >
              {phaseNames[phase]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
