import type { MaintenanceWindow } from '@patchbay/contracts/window';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { part, send } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';

/** Deletes a window, after saying what its endpoints lose. */
export function useWindowRemoval(): (window: MaintenanceWindow) => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return ({ id, name, endpoints }) =>
    confirm({
      title: `Delete “${name}”?`,
      touches: `The endpoints of ${endpoints} lose it at once. Those that have no other window may then be worked on at any time.`,
      action: 'Delete',
      dangerous: true,
      onConfirm: () => {
        send('DELETE', `/windows/${part(id)}`)
          .then(async () => {
            await navigate({ to: paths.windows });
            await queryClient.invalidateQueries({ queryKey: ['windows'] });
            notifyDone(`“${name}” is deleted.`);
          })
          .catch(notifyProblem);
      },
    });
}
