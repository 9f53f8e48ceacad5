import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useRefusal } from '../../api/session.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { newPlan, type PlanDraft, requestOf } from './plan-values.ts';

/** Makes a plan (P-01). */
export function NewPlanPage() {
  const [initial] = useState(newPlan);
  const navigate = useNavigate();
  const refusal = useRefusal()('plan.write');
  const creation = useCreation<PlanDraft>({
    noun: 'plans',
    page: paths.plan,
    requestOf,
    done: (name) => `“${name}” is saved. Nothing happens until it is activated.`,
  });
  return (
    <Page title="New plan" trail={[{ label: 'Plans', to: paths.plans }]}>
      <PlanEditor
        initial={initial}
        refusal={refusal}
        saving={creation}
        onLeave={() => void navigate({ to: paths.plans })}
      />
    </Page>
  );
}
