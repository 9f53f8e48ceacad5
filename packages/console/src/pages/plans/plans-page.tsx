import { SegmentedControl } from '@mantine/core';
import type { Plan } from '@patchbay/contracts/plan';
import { planStatuses } from '@patchbay/domain/plan/state';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { timeColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { ListDefinition } from '../../ui/data-list/list-definition.ts';
import { NewThing } from '../../ui/new-thing.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { PlanBoard } from './plan-board.tsx';
import { patchesInWords, planStatusesShown, scheduleInWords, statusSentence } from './plan-words.ts';

/** Every plan, as cards on a board or as a table (P-12). */
export function PlansPage() {
  const { view } = useSearch({ strict: false }) as { view?: string };
  const navigate = useNavigate();
  const refusal = useRefusal()('plan.write');
  return (
    <Page
      title="Plans"
      description="What is patched where, how, when, and in which order."
      fixed
      actions={
        <>
          <SegmentedControl
            aria-label="Show as"
            value={view === 'table' ? 'table' : 'board'}
            onChange={(next) =>
              void navigate({
                to: '.',
                replace: true,
                search: (before: Record<string, string>) => ({
                  ...before,
                  view: next === 'table' ? next : undefined,
                }),
              })
            }
            data={[
              { value: 'board', label: 'Board' },
              { value: 'table', label: 'Table' },
            ]}
          />
          <NewThing label="New plan" to={paths.newPlan} refusal={refusal} />
        </>
      }
    >
      {view === 'table' ? <DataList list={list} /> : <PlanBoard />}
    </Page>
  );
}

const list: ListDefinition<Plan> = {
  things: 'plans',
  noun: 'plans',
  path: '/plans',
  searchIn: 'name',
  columns: [
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(13rem, 1.6fr)',
      text: ({ name }) => name,
    },
    {
      id: 'status',
      header: 'Status',
      width: '11rem',
      cell: (plan) => (
        <span title={statusSentence(plan)}>
          <Status shown={planStatusesShown[plan.progress.status]} />
        </span>
      ),
      text: ({ progress }) => planStatusesShown[progress.status].label,
    },
    timeColumn({
      id: 'next',
      header: 'Next start',
      width: '9rem',
      at: ({ progress }) => progress.waitsFor?.at ?? null,
    }),
    {
      id: 'schedule',
      header: 'Schedule',
      width: 'minmax(12rem, 1.6fr)',
      text: ({ schedule }) => scheduleInWords(schedule),
    },
    {
      id: 'patches',
      header: 'Patches',
      width: 'minmax(10rem, 1.2fr)',
      text: ({ patches }) => patchesInWords(patches),
    },
    timeColumn({ id: 'changed', header: 'Changed', width: '9rem', at: ({ updatedAt }) => updatedAt }),
    {
      id: 'by',
      header: 'By',
      width: 'minmax(7rem, 0.8fr)',
      text: ({ updatedBy }) => updatedBy,
      optional: true,
    },
  ],
  facets: [
    {
      id: 'status',
      label: 'Status',
      options: planStatuses.map((value) => ({ value, label: planStatusesShown[value].label })),
    },
  ],
  rowId: ({ id }) => id,
  rowPath: ({ id }) => paths.plan(id),
  empty: <Nothing title="No plans yet">Make the first one with “New plan”.</Nothing>,
};
