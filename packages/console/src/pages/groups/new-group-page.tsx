import type { GroupInput } from '@patchbay/contracts/group';
import { useRefusal } from '../../api/session.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { GroupEditor, newGroup } from './group-editor.tsx';

/** Makes a group (E-13). */
export function NewGroupPage() {
  const refusal = useRefusal()('group.write');
  const creation = useCreation<GroupInput>({ noun: 'groups', page: paths.group });
  return (
    <Page title="New group" trail={[{ label: 'Groups', to: paths.groups }]}>
      <GroupEditor initial={newGroup} refusal={refusal} saving={creation} />
    </Page>
  );
}
