import type { Workflow } from '@patchbay/contracts/workflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { WorkflowEditor } from './workflow-editor.tsx';
import { newWorkflow, requestOf, type WorkflowDraft } from './workflow-values.ts';

/** Makes a personal workflow (L-42). */
export function NewWorkflowPage() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('workflow.write');
  const create = useMutation({
    mutationFn: (draft: WorkflowDraft) => send<Workflow>('POST', '/workflows', requestOf(draft)),
    onSuccess: async ({ id, name }) => {
      await queryClient.invalidateQueries({ queryKey: ['workflows'] });
      await navigate({ to: paths.workflow(id), ignoreBlocker: true });
      notifyDone(`“${name}” is saved.`);
    },
  });
  return (
    <Page title="New workflow" trail={[{ label: 'Workflows', to: paths.workflows }]}>
      <WorkflowEditor
        initial={newWorkflow}
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
