import type { Workflow, WorkflowSummary } from '@patchbay/contracts/workflow';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { IconCheck, IconStar } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { nameColumn } from '../../forms/library-columns.tsx';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { workflowKind } from '../../forms/library-kinds.ts';
import { paths } from '../../paths.ts';
import { IconAction } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { deleteRow, duplicateRow, editRow } from '../../ui/data-list/row-actions.ts';
import { NewThing } from '../../ui/new-thing.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Os } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { whyKept } from './why-kept.ts';

/** The workflows: exactly the columns and actions of L-45 and L-46. */
export function WorkflowsPage() {
  const { duplicate, remove } = useLibraryDeeds(workflowKind);
  const refusal = useRefusal()('workflow.write');
  const navigate = useNavigate();
  const setDefault = useSettingDefault();
  const list = useMemo<ListDefinition<WorkflowSummary>>(
    () => ({
      things: 'workflows',
      noun: 'workflows',
      path: '/workflows',
      sorted: 'name',
      columns: columnsOf(refusal, setDefault),
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => paths.workflow(id),
      rowActions: (workflow) => [
        editRow(workflow, () => void navigate({ to: paths.workflow(workflow.id) })),
        duplicateRow(workflow, refusal, () => duplicate(workflow)),
        {
          label: `Set ${workflow.name} as default`,
          icon: IconStar,
          refusal: refusal ?? (workflow.isDefault ? 'it is the default already' : null),
          onClick: () => setDefault(workflow),
        },
        deleteRow(workflow, refusal ?? whyKept(workflow), () => remove(workflow)),
      ],
      empty: <Nothing title="No workflows yet">Make one with “New workflow”.</Nothing>,
    }),
    [refusal, duplicate, remove, navigate, setDefault],
  );
  return (
    <Page
      title="Workflows"
      description="What happens on an endpoint before and after its patches are installed."
      fixed
      actions={<NewThing label="New workflow" to={paths.newWorkflow} refusal={refusal} />}
    >
      <DataList list={list} />
    </Page>
  );
}

function columnsOf(
  refusal: string | null,
  setDefault: (workflow: WorkflowSummary) => void,
): Column<WorkflowSummary>[] {
  return [
    nameColumn('minmax(13rem, 1.6fr)'),
    {
      id: 'description',
      header: 'Description',
      width: 'minmax(12rem, 2.4fr)',
      text: ({ description }) => description,
    },
    {
      id: 'os',
      header: 'Operating system',
      width: 'minmax(13rem, 1fr)',
      cell: (workflow, { tabIndex }) => {
        const { name, os, isDefault } = workflow;
        const system = operatingSystemNames[os];
        return (
          <span className="named">
            <Os os={os}>{isDefault ? `${system} (default)` : system}</Os>
            {!isDefault && (
              <IconAction
                icon={IconCheck}
                label={`Make ${name} the default of ${system}`}
                refusal={refusal}
                tabIndex={tabIndex}
                className="list-on-hover"
                onClick={() => setDefault(workflow)}
              />
            )}
          </span>
        );
      },
      text: ({ os, isDefault }) => `${operatingSystemNames[os]}${isDefault ? ' (default)' : ''}`,
    },
    {
      id: 'active',
      header: 'Active in plans',
      width: '8rem',
      cell: ({ active }) =>
        active ? <StatusMark tone="on">Active</StatusMark> : <span className="quiet">No</span>,
      text: ({ active }) => (active ? 'yes' : 'no'),
    },
  ];
}

/** Makes a workflow the default of its operating system, after saying what that touches (L-46). */
function useSettingDefault(): (workflow: WorkflowSummary) => void {
  const queryClient = useQueryClient();
  return useMemo(
    () =>
      ({ id, name, os }) => {
        const system = operatingSystemNames[os];
        confirm({
          title: `Make “${name}” the default of ${system}?`,
          touches: `Plans that have no workflow of their own for ${system} use it from their next cycle on. Cycles that have started do not change.`,
          action: 'Make it the default',
          onConfirm: () => {
            send<Workflow>('POST', `/workflows/${part(id)}/set-default`, {})
              .then(() => queryClient.invalidateQueries({ queryKey: ['workflows'] }))
              .then(() => notifyDone(`“${name}” is the default of ${system}.`))
              .catch(notifyProblem);
          },
        });
      },
    [queryClient],
  );
}
