import { IconBan } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { part, send } from '../api/client.ts';
import { confirm } from '../ui/confirm.tsx';
import type { Column, RowAction } from '../ui/data-list/list-definition.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
import { type Shown, Status } from '../ui/status-mark.tsx';
import { When } from '../ui/time.tsx';
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
  /** `the API token`. */
  readonly one: string;
  /** Null: it has none. */
  readonly nameOf: (thing: Thing) => string | null;
  readonly statuses: Readonly<Record<Thing['status'], Shown>>;
  /** What revoking one touches, and what it does not. */
  readonly touches: string;
}

/** Revokes one of them, after saying what that touches; `refusal` is why whoever looks at the list may not. */
export function useRevocation<Thing extends Issued>(
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

/** Whether it is valid still. */
export function validityColumn<Thing extends Issued>({ statuses }: IssuedKind<Thing>): Column<Thing> {
  const shownOf = ({ status }: Thing): Shown => statuses[status as Thing['status']];
  return {
    id: 'status',
    header: 'Status',
    width: '8rem',
    cell: (thing) => <Status shown={shownOf(thing)} />,
    text: (thing) => shownOf(thing).label,
  };
}

/** When it was made, and by whom. */
export const issueColumns: readonly Column<Issued>[] = [
  {
    id: 'created',
    header: 'Made',
    width: '9rem',
    cell: ({ createdAt }) => <When at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
  { id: 'by', header: 'By', width: 'minmax(8rem, 1fr)', text: ({ createdBy }) => createdBy },
];
