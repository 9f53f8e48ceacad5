import type { MaintenanceWindowDetail, WindowInput } from '@patchbay/contracts/window';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { newWindow } from './window-draft.ts';
import { WindowEditor } from './window-editor.tsx';

/** Makes a maintenance window (P-06). */
export function NewWindowPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('window.write');
  const [initial] = useState(() =>
    newWindow(new Date().toISOString().slice(0, 10), Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  const create = useMutation({
    mutationFn: (draft: WindowInput) => send<MaintenanceWindowDetail>('POST', '/windows', draft),
    onSuccess: async ({ id, name }) => {
      await queryClient.invalidateQueries({ queryKey: ['windows'] });
      await navigate({ to: paths.window(id), ignoreBlocker: true });
      notifyDone(`“${name}” is saved.`);
    },
  });
  return (
    <Page title="New maintenance window" trail={[{ label: 'Maintenance windows', to: paths.windows }]}>
      <WindowEditor
        initial={initial}
        isNew
        refusal={refusal}
        saving={create.isPending}
        error={create.error}
        action="Create"
        onSave={(draft) => create.mutate(draft)}
      />
    </Page>
  );
}
