import type { Group, GroupInput } from '@patchbay/contracts/group';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { GroupEditor, newGroup } from './group-editor.tsx';

/** Makes a group (E-13). */
export function NewGroupPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('group.write');
  const create = useMutation({
    mutationFn: (draft: GroupInput) => send<Group>('POST', '/groups', draft),
    onSuccess: async ({ id, name }) => {
      await queryClient.invalidateQueries({ queryKey: ['groups'] });
      await navigate({ to: paths.group(id), ignoreBlocker: true });
      notifyDone(`“${name}” is saved.`);
    },
  });
  return (
    <Page title="New group" trail={[{ label: 'Groups', to: paths.groups }]}>
      <GroupEditor
        initial={newGroup}
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
