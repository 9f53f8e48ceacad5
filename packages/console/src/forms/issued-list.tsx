import { IconBan } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import { part, send } from '../api/client.ts';
import { confirm } from '../ui/confirm.tsx';
import { statusColumn, timeColumn } from '../ui/data-list/columns.tsx';
import { DataList } from '../ui/data-list/data-list.tsx';
import type { Column, ListDefinition, RowAction } from '../ui/data-list/list-definition.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
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
  /** Null: it has none. */
  readonly nameOf: (thing: Thing) => string | null;
  readonly statuses: Readonly<Record<Thing['status'], Shown>>;
  /** What revoking one touches, and what it does not. */
  readonly touches: string;
}

/** Revokes one of them, after saying what that touches. */
function useRevocation<Thing extends Issued>(
  { noun, one, nameOf, statuses, touches }: IssuedKind<Thing>,
  refusal: string | null,
): (thing: Thing) => RowAction {
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

/** The list of what was handed out of a kind, each to be revoked; `refusal` is why whoever looks at it may not. */
export function IssuedList<Thing extends Issued>({
  kind,
  columns,
  empty,
  refusal,
}: {
  readonly kind: IssuedKind<Thing>;
  readonly columns: readonly Column<Thing>[];
  /** What stands there when there is none. */
  readonly empty: ReactNode;
  readonly refusal: string | null;
}) {
  const { noun, things } = kind;
  const revocation = useRevocation(kind, refusal);
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
