import { Feedback, StyleInjector } from '@dnd-kit/dom';
import { DragDropProvider, type DragEndEvent } from '@dnd-kit/react';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { Autocomplete, Select } from '@mantine/core';
import type { Group } from '@patchbay/contracts/group';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { WorkflowSummary } from '@patchbay/contracts/workflow';
import { type OperatingSystem, operatingSystemNames } from '@patchbay/domain/operating-system';
import { IconGripVertical, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent } from 'react';
import { thingQuery } from '../../api/things.ts';
import { styleNonce } from '../../style-nonce.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { osOptions } from '../../ui/os.tsx';
import { PlaceActions } from '../../ui/place-actions.tsx';
import { Section } from '../../ui/section.tsx';
import { AssignmentPreview } from './assignment-preview.tsx';
import { type DraftRow, movedWithin, newRow } from './plan-values.ts';
import type { StepProps } from './step-props.ts';

const byDefault = 'default';

/** The ordered table of endpoints and the workflows that they follow (P-03). */
export function AssignmentsStep({ draft, said, check, sound, onChange }: StepProps) {
  const { assignments } = draft;
  const set = (rows: readonly DraftRow[]): void => onChange({ assignments: rows });
  const drop = ({ operation: { source }, canceled }: DragEndEvent): void => {
    if (canceled || !isSortable(source)) return;
    set(movedWithin(assignments, source.initialIndex, source.index));
  };
  return (
    <>
      <Section title="Who follows which workflow">
        <p className="merge-words quiet">
          An endpoint follows the first row that matches it. Move rows by dragging, with the arrows, or with
          Alt and the arrow keys.
        </p>
        <DragDropProvider
          plugins={(usual) => [
            ...usual,
            StyleInjector.configure({ nonce: styleNonce() }),
            Feedback.configure({ dropAnimation: null }),
          ]}
          onDragEnd={drop}
        >
          <ol className="plan-rows" aria-label="Rows">
            {assignments.map((row, index) => (
              <Row
                key={row.key}
                row={row}
                index={index}
                last={assignments.length - 1}
                said={said}
                endpoints={check?.perRow[index] ?? null}
                onChange={(next) => set(assignments.with(index, next))}
                onMove={(to) => set(movedWithin(assignments, index, to))}
                onRemove={() => set(assignments.toSpliced(index, 1))}
              />
            ))}
          </ol>
        </DragDropProvider>
        {said['assignments'] !== undefined && (
          <p className="plan-said" role="status">
            {said['assignments']}
          </p>
        )}
        <ActionButton
          className="plan-add"
          icon={IconPlus}
          onClick={() => set([...assignments, newRow('linux', '')])}
        >
          Add a row
        </ActionButton>
      </Section>
      <AssignmentPreview plan={sound} />
    </>
  );
}

function Row({
  row,
  index,
  last,
  said,
  endpoints,
  onChange,
  onMove,
  onRemove,
}: {
  readonly row: DraftRow;
  readonly index: number;
  readonly last: number;
  readonly said: StepProps['said'];
  /** How many follow it at present; null while it is counted. */
  readonly endpoints: number | null;
  readonly onChange: (row: DraftRow) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}) {
  const { ref, handleRef, isDragging } = useSortable({ id: row.key, index });
  const name = `row ${index + 1}`;
  const path = `assignments.${index}`;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || step === 0) return;
    event.preventDefault();
    const { currentTarget } = event;
    onMove(index + step);
    requestAnimationFrame(() => currentTarget.querySelector<HTMLElement>('.plan-row-handle')?.focus());
  };
  return (
    <li className={isDragging ? 'plan-row plan-row-dragged' : 'plan-row'} ref={ref} onKeyDown={onKeyDown}>
      <button
        type="button"
        className="plan-row-handle"
        ref={handleRef}
        aria-label={`Move ${name}`}
        title="Drag, or hold Alt and use the arrow keys"
      >
        <IconGripVertical size={16} aria-hidden="true" />
      </button>
      <span className="plan-row-number figures quiet">{index + 1}.</span>
      <EndpointsField
        label={`Endpoints of ${name}`}
        value={row.endpoints}
        error={said[`${path}.endpoints`] ?? null}
        onChange={(selector) => onChange({ ...row, endpoints: selector })}
      />
      <Select
        aria-label={`Operating system of ${name}`}
        allowDeselect={false}
        data={osOptions}
        value={row.os}
        onChange={(os) => onChange({ ...row, os: os as OperatingSystem, workflow: null })}
      />
      <WorkflowField
        label={`Workflow of ${name}`}
        row={row}
        error={said[`${path}.workflow`] ?? null}
        onChange={onChange}
      />
      <span className="plan-row-count quiet figures" title="So many endpoints follow this row at present">
        {endpoints === null ? '…' : `${endpoints.toLocaleString()} now`}
      </span>
      <span className="plan-row-deeds">
        <PlaceActions name={name} index={index} last={last} onMove={onMove} onRemove={onRemove} />
      </span>
      {said[path] !== undefined && <p className="plan-said">{said[path]}</p>}
    </li>
  );
}

/** A selector, with the groups to choose from. */
function EndpointsField({
  label,
  value,
  error,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (selector: string) => void;
}) {
  const groups = useQuery(thingQuery<ListPage<Pick<Group, 'name'>>>('groups', '/groups', { limit: 500 }));
  return (
    <Autocomplete
      aria-label={label}
      placeholder="group:Shop, tag:ring=pilot, all"
      maxLength={4000}
      data={['all', ...(groups.data?.items.map(({ name }) => `group:${name}`) ?? [])]}
      limit={50}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

function WorkflowField({
  label,
  row,
  error,
  onChange,
}: {
  readonly label: string;
  readonly row: DraftRow;
  readonly error: string | null;
  readonly onChange: (row: DraftRow) => void;
}) {
  const { os, workflow } = row;
  const found = useQuery(
    thingQuery<ListPage<WorkflowSummary>>('workflows', '/workflows', { os, limit: 500 }),
  );
  const items = found.data?.items ?? [];
  const known = new Map([
    ...(workflow === null ? [] : [[workflow.id, workflow.name] as const]),
    ...items.map(({ id, name }) => [id, name] as const),
  ]);
  const standard = items.find(({ isDefault }) => isDefault);
  return (
    <Select
      aria-label={label}
      allowDeselect={false}
      searchable
      data={[
        {
          value: byDefault,
          label:
            standard === undefined
              ? `The default of ${operatingSystemNames[os]}`
              : `The default, now ${standard.name}`,
        },
        ...[...known].map(([value, name]) => ({ value, label: name })),
      ]}
      value={workflow?.id ?? byDefault}
      error={error}
      onChange={(id) =>
        onChange({
          ...row,
          workflow: id === null || id === byDefault ? null : { id, name: known.get(id) ?? id },
        })
      }
    />
  );
}
