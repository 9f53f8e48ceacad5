import type { Plan } from '@patchbay/contracts/plan';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { newPlan, type PlanDraft, requestOf } from './plan-values.ts';

/** Makes a plan (P-01). */
export function NewPlanPage() {
  const [initial] = useState(newPlan);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('plan.write');
  const create = useMutation({
    mutationFn: (draft: PlanDraft) => send<Plan>('POST', '/plans', requestOf(draft)),
    onSuccess: async ({ id, name }) => {
      await queryClient.invalidateQueries({ queryKey: ['plans'] });
      await navigate({ to: paths.plan(id), ignoreBlocker: true });
      notifyDone(`“${name}” is saved. Nothing happens until it is activated.`);
    },
  });
  return (
    <Page title="New plan" trail={[{ label: 'Plans', to: paths.plans }]}>
      <PlanEditor
        initial={initial}
        action="Create"
        refusal={refusal}
        saving={create.isPending}
        error={create.error}
        onSave={(draft) => create.mutate(draft)}
        onLeave={() => void navigate({ to: paths.plans })}
      />
    </Page>
  );
}
