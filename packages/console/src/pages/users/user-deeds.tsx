import type { OneTimeLink, User } from '@patchbay/contracts/user';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { part, send } from '../../api/client.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { openShownOnce } from '../../ui/shown-once.tsx';
import { LinkShownOnce } from './link-shown-once.tsx';

/** What an administrator does with a user, each after saying what it touches. */
export function useUserDeeds(): {
  readonly disable: (user: User) => void;
  readonly enable: (user: User) => void;
  readonly makeResetLink: (user: User) => void;
} {
  const queryClient = useQueryClient();
  return useMemo(() => {
    const deed = async ({ id }: User, verb: 'disable' | 'enable', done: string): Promise<void> => {
      await send('POST', `/users/${part(id)}/${verb}`, {});
      await queryClient.invalidateQueries({ queryKey: ['users'] });
      notifyDone(done);
    };
    const makeLink = async ({ id, name }: User): Promise<void> => {
      const { link, expiresAt } = await send<OneTimeLink>('POST', `/users/${part(id)}/reset-link`, {});
      const words = `Give this link to ${name}: it sets a new password and works once.`;
      openShownOnce(
        `New password for ${name}`,
        'lg',
        <LinkShownOnce link={link} expiresAt={expiresAt} words={words} />,
      );
    };
    return {
      disable: (user) =>
        confirm({
          title: `Disable ${user.name}?`,
          touches:
            'All their sessions end at once, links for a new password become useless, and they cannot sign in until they are enabled again. API tokens that they have made stay valid.',
          action: 'Disable',
          dangerous: true,
          onConfirm: () => void deed(user, 'disable', `${user.name} is disabled.`).catch(notifyProblem),
        }),
      enable: (user) => void deed(user, 'enable', `${user.name} can sign in again.`).catch(notifyProblem),
      makeResetLink: (user) =>
        confirm({
          title: `Make a link for a new password of ${user.name}?`,
          touches:
            'Earlier links for them become useless. The password of now works until the link is used; then all their sessions end.',
          action: 'Make the link',
          onConfirm: () => void makeLink(user).catch(notifyProblem),
        }),
    };
  }, [queryClient]);
}
