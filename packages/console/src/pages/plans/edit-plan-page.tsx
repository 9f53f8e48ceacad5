import type { Plan } from '@patchbay/contracts/plan';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { PlanEditor } from './plan-editor.tsx';
import { draftOf, type PlanDraft, planText, requestOf } from './plan-values.ts';

/** Changes a plan; what was activated or approved has to be again. */
export function EditPlanPage() {
  const query = useAddressedThing<Plan>('plans');
  return <Thing query={query}>{(loaded) => <Editing key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function Editing({ loaded }: { readonly loaded: Tagged<Plan> }) {
  const { id, name, updatedAt, updatedBy, progress } = loaded.value;
  const navigate = useNavigate();
  const refusal = useRefusal()('plan.write');
  const edit = useTaggedEdit<Plan, PlanDraft>({
    loaded,
    noun: 'plans',
    requestOf,
    textOf: (thing) => planText('id' in thing ? draftOf(thing) : thing),
  });
  const [begun] = useState(edit.base);
  const { base } = edit;
  useEffect(() => {
    if (base !== begun) void navigate({ to: paths.plan(id), ignoreBlocker: true });
  }, [base, begun, navigate, id]);
  const [initial] = useState(() => draftOf(base.value));
  return (
    <Page
      title={name}
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
          {progress.status === 'running' || progress.status === 'halted'
            ? ' · its open cycle goes on as it was'
            : ''}
        </>
      }
      trail={[{ label: 'Plans', to: paths.plans }]}
    >
      <PlanEditor
        initial={initial}
        refusal={refusal}
        saving={edit}
        onLeave={() => void navigate({ to: paths.plan(id) })}
      />
    </Page>
  );
}
