import type { Action } from '@patchbay/domain/permission/table';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import { part, send } from '../api/client.ts';
import { useRefusal } from '../api/session.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { confirm } from '../ui/confirm.tsx';
import { statusColumn, timeColumn } from '../ui/data-list/columns.tsx';
import { DataList } from '../ui/data-list/data-list.tsx';
import type { Column, ListDefinition, RowAction } from '../ui/data-list/list-definition.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
import { Page } from '../ui/page.tsx';
import type { Shown } from '../ui/status-mark.tsx';
import { sentence } from './field-errors.ts';

interface Issued {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** A kind of thing that is handed out and valid until it expires, is used up or is revoked: tokens, invitations. */
export interface IssuedKind<Thing extends Issued> {
  /** Where the API has them, and the key of their list. */
  readonly noun: string;
  /** `API tokens`. */
  readonly things: string;
  /** `the API token`. */
  readonly one: string;
  readonly permission: Action;
  /** Null: it has none. */
  readonly nameOf: (thing: Thing) => string | null;
  readonly statuses: Readonly<Record<Thing['status'], Shown>>;
  /** What revoking one touches, and what it does not. */
  readonly touches: string;
}

/** Revokes one of them, after saying what that touches. */
function useRevocation<Thing extends Issued>({
  noun,
  one,
  permission,
  nameOf,
  statuses,
  touches,
}: IssuedKind<Thing>): (thing: Thing) => RowAction {
  const refusal = useRefusal()(permission);
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id }: { readonly id: string; readonly called: string }) =>
      send('POST', `/${noun}/${part(id)}/revoke`, {}),
    onSuccess: async (_, { called }) => {
      await queryClient.invalidateQueries({ queryKey: [noun] });
      notifyDone(sentence(`${called} is revoked.`));
    },
    onError: notifyProblem,
  });
  return useCallback(
    (thing) => {
      const { id, status } = thing;
      const name = nameOf(thing);
      const called = name === null ? one : `“${name}”`;
      const over = statuses[status as Thing['status']].label.toLowerCase();
      return {
        label: `Revoke ${name ?? one}`,
        icon: IconBan,
        refusal: refusal ?? (status === 'valid' ? null : `it is ${over}`),
        onClick: () =>
          confirm({
            title: `Revoke ${called}?`,
            touches,
            action: 'Revoke',
            dangerous: true,
            onConfirm: () => mutate({ id, called }),
          }),
      };
    },
    [one, nameOf, statuses, touches, refusal, mutate],
  );
}

interface ListProps<Thing extends Issued> {
  readonly kind: IssuedKind<Thing>;
  readonly columns: readonly Column<Thing>[];
  /** What stands there when there is none. */
  readonly empty: ReactNode;
}

/** The page of what was handed out of a kind, with a button that makes one more. */
export function IssuedListPage<Thing extends Issued>({
  title,
  description,
  make,
  onMake,
  ...list
}: ListProps<Thing> & {
  readonly title: string;
  readonly description: string;
  /** What the button says. */
  readonly make: string;
  readonly onMake: () => void;
}) {
  const refusal = useRefusal()(list.kind.permission);
  return (
    <Page
      title={title}
      description={description}
      fixed
      actions={
        <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={onMake}>
          {make}
        </ActionButton>
      }
    >
      <IssuedList {...list} />
    </Page>
  );
}

/** The list of what was handed out of a kind, each to be revoked. */
export function IssuedList<Thing extends Issued>({ kind, columns, empty }: ListProps<Thing>) {
  const { noun, things } = kind;
  const revocation = useRevocation(kind);
  const list = useMemo<ListDefinition<Thing>>(
    () => ({
      things,
      noun,
      path: `/${noun}`,
      columns,
      rowId: ({ id }) => id,
      rowActions: (thing) => [revocation(thing)],
      empty,
    }),
    [noun, things, columns, empty, revocation],
  );
  return <DataList list={list} />;
}

/** Whether it is valid still. */
export function validityColumn<Thing extends Issued>({ statuses }: IssuedKind<Thing>): Column<Thing> {
  const shown = ({ status }: Thing): Shown => statuses[status as Thing['status']];
  return statusColumn({ id: 'status', header: 'Status', width: '8rem', shown });
}

/** When it was made, and by whom. */
export const issueColumns: readonly Column<Issued>[] = [
  timeColumn({ id: 'created', header: 'Made', width: '9rem', at: ({ createdAt }) => createdAt }),
  { id: 'by', header: 'By', width: 'minmax(8rem, 1fr)', text: ({ createdBy }) => createdBy },
];
