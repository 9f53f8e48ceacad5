import { List, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Action } from '@patchbay/domain/permission/table';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { get, part, send } from '../api/client.ts';
import { confirm } from '../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
import { RouterLink } from '../ui/router-link.tsx';

/** A kind of thing of the library: how it is called, where its pages are, and who may change it. */
export interface LibraryKind {
  /** As in the API: `scripts`. */
  readonly noun: string;
  /** `script`. */
  readonly one: string;
  /** `Scripts`. */
  readonly title: string;
  readonly page: (id: string) => string;
  readonly listPage: string;
  readonly newPage: string;
  readonly permission: Action;
  /** What uses it: `tasks`, and where their pages are. */
  readonly users: string;
  /** What stands where nothing uses it. */
  readonly unused: string;
  readonly userPage: (id: string, kind?: string) => string;
  /** What stays when one is deleted that nothing uses; by default as for what runs execute. */
  readonly stays?: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Something that uses a thing of the library. */
export interface User {
  readonly id: string | null;
  readonly name: string;
  /** Where things of several kinds use it. */
  readonly kind?: string;
}

/** Duplicating and deleting things of the library, from lists and from their pages. */
export function useLibraryDeeds(kind: LibraryKind): {
  readonly duplicate: (thing: Named) => void;
  readonly remove: (thing: Named) => void;
} {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const path = (id: string): string => `/${kind.noun}/${part(id)}`;
  const readAgain = (): Promise<void> => queryClient.invalidateQueries({ queryKey: [kind.noun] });

  const duplicate = async ({ id }: Named): Promise<void> => {
    const copy = await send<Named>('POST', `${path(id)}/duplicate`, {});
    await readAgain();
    await navigate({ to: kind.page(copy.id) });
    notifyDone(`“${copy.name}” is ready to be changed.`);
  };
  const remove = async ({ id, name }: Named): Promise<void> => {
    const { usedBy } = await get<{ usedBy: readonly User[] }>(path(id));
    if (usedBy.length > 0) {
      modals.open({
        modalId: 'in-use',
        title: `“${name}” cannot be deleted`,
        children: <InUse kind={kind} usedBy={usedBy} />,
      });
      return;
    }
    confirm({
      title: `Delete “${name}”?`,
      touches: `Nothing uses this ${kind.one}. ${kind.stays ?? 'Runs that have executed it keep what they executed'}; the ${kind.one} itself cannot be brought back.`,
      action: 'Delete',
      dangerous: true,
      onConfirm: () => {
        send('DELETE', path(id))
          .then(async () => {
            await navigate({ to: kind.listPage });
            await readAgain();
            notifyDone(`“${name}” is deleted.`);
          })
          .catch(notifyProblem);
      },
    });
  };
  return {
    duplicate: (thing) => void duplicate(thing).catch(notifyProblem),
    remove: (thing) => void remove(thing).catch(notifyProblem),
  };
}

function InUse({
  kind: { one, users, userPage },
  usedBy,
}: {
  readonly kind: LibraryKind;
  readonly usedBy: readonly User[];
}) {
  return (
    <>
      <Text size="sm" mb="xs">
        These {users} use the {one}. Take it out of them first, or delete them.
      </Text>
      <List size="sm">
        {usedBy.map(({ id, name, kind }) => (
          <List.Item key={id ?? name} onClick={() => modals.close('in-use')}>
            {id === null ? name : <RouterLink to={userPage(id, kind)}>{name}</RouterLink>}
          </List.Item>
        ))}
      </List>
    </>
  );
}
