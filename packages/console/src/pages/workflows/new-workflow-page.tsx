import { useRefusal } from '../../api/session.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { WorkflowEditor } from './workflow-editor.tsx';
import { newWorkflow, requestOf, type WorkflowDraft } from './workflow-values.ts';

/** Makes a personal workflow (L-42). */
export function NewWorkflowPage() {
  const refusal = useRefusal()('workflow.write');
  const creation = useCreation<WorkflowDraft>({ noun: 'workflows', page: paths.workflow, requestOf });
  return (
    <Page title="New workflow" trail={[{ label: 'Workflows', to: paths.workflows }]}>
      <WorkflowEditor initial={newWorkflow} refusal={refusal} saving={creation} />
    </Page>
  );
}
