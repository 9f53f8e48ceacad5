import { UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { PlanCheck, PlanInput } from '@patchbay/contracts/plan';
import { IconAlertTriangle } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../../api/client.ts';
import { fieldErrors, sentence } from '../../forms/field-errors.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import type { Saving } from '../../forms/saving.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { AssignmentsStep } from './assignments-step.tsx';
import { PatchesStep } from './patches-step.tsx';
import { missing, type PlanDraft, planText, requestOf } from './plan-values.ts';
import { ReviewStep } from './review-step.tsx';
import { RolloutStep } from './rollout-step.tsx';
import { ScheduleStep } from './schedule-step.tsx';
import type { StepProps } from './step-props.ts';
import '../../forms/form.css';
import './plan-editor.css';

interface Step {
  readonly title: string;
  /** The first words of the paths of its fields. */
  readonly fields: readonly string[];
  readonly Fields: (props: StepProps) => ReactNode;
}

const steps: readonly Step[] = [
  { title: 'Patches', fields: ['name', 'description', 'patches'], Fields: PatchesStep },
  { title: 'Endpoints and workflows', fields: ['assignments'], Fields: AssignmentsStep },
  {
    title: 'Schedule',
    fields: ['schedule', 'deadlineMinutes', 'emergency', 'approvalRequired', 'reportTo'],
    Fields: ScheduleStep,
  },
  { title: 'Rollout', fields: ['rollout'], Fields: RolloutStep },
  { title: 'Review', fields: [], Fields: ReviewStep },
];
const typingMs = 400;

/** Makes or changes a plan, step by step; what there is to say about it stands at its fields while it is edited. */
export function PlanEditor({
  initial,
  refusal,
  saving,
  onLeave,
}: {
  readonly initial: PlanDraft;
  readonly refusal: string | null;
  readonly saving: Saving<PlanDraft>;
  readonly onLeave: () => void;
}) {
  const { isNew, isSaving, error } = saving;
  const [draft, setDraft] = useState(initial);
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState(false);
  useLeaveGuard(() => planText(draft) !== planText(initial));

  const lacking = missing(draft);
  const check = usePlanCheck(draft);
  const said = {
    ...Object.fromEntries(
      check.data?.said.findings.map(({ path, message }) => [path, sentence(message)]) ?? [],
    ),
    ...(check.isError ? fieldErrors(check.error) : {}),
    ...(asked ? lacking : {}),
    ...(error === null ? {} : fieldErrors(error)),
  };
  const step = steps[at] ?? steps[0];
  if (step === undefined) return null;

  const go = (to: number): void => {
    setAt(to);
    document.getElementById('content')?.scrollTo({ top: 0 });
  };
  const save = (): void => {
    setAsked(true);
    const [first] = Object.keys(lacking);
    if (first === undefined) {
      saving.save(draft);
      return;
    }
    go(
      Math.max(
        0,
        steps.findIndex((one) => belongs(one, first)),
      ),
    );
  };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <MergePanel theirs={saving.theirs} mine={draft} />
      <Steps at={at} said={said} onChoose={go} />
      <step.Fields
        draft={draft}
        said={said}
        check={check.data?.said ?? null}
        sound={check.data?.sound ?? null}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      />
      {error !== null && <ProblemView error={error} />}
      <div className="form-foot">
        <span className="form-foot-note quiet" aria-live="polite">
          {check.data === undefined ? ' ' : touched(check.data.said.endpoints)}
        </span>
        <ActionButton onClick={onLeave}>Leave it</ActionButton>
        {at > 0 && <ActionButton onClick={() => go(at - 1)}>Back</ActionButton>}
        {at < steps.length - 1 && (
          <ActionButton onClick={() => go(at + 1)}>Next: {steps[at + 1]?.title}</ActionButton>
        )}
        <ActionButton type="submit" variant="filled" refusal={refusal} loading={isSaving}>
          {isNew ? 'Create' : 'Save'}
        </ActionButton>
      </div>
    </form>
  );
}

function Steps({
  at,
  said,
  onChoose,
}: {
  readonly at: number;
  readonly said: StepProps['said'];
  readonly onChoose: (step: number) => void;
}) {
  return (
    <nav aria-label="Steps">
      <ol className="plan-steps">
        {steps.map((step, index) => {
          const count = Object.keys(said).filter((path) => belongs(step, path)).length;
          return (
            <li key={step.title}>
              <UnstyledButton
                className="plan-step"
                {...(index === at ? { 'aria-current': 'step' as const } : {})}
                onClick={() => onChoose(index)}
              >
                <span className="plan-step-number figures" aria-hidden="true">
                  {index + 1}
                </span>
                {step.title}
                {count > 0 && (
                  <span className="plan-step-said">
                    <IconAlertTriangle size={15} aria-hidden="true" />
                    {count}
                    <span className="for-screen-readers"> to look at</span>
                  </span>
                )}
              </UnstyledButton>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

/** What there is to say about the plan as it is now; the name is not needed for that. */
function usePlanCheck(draft: PlanDraft) {
  const { name: _, ...needed } = missing(draft);
  const request = { ...requestOf(draft), name: draft.name.trim() || 'New plan' };
  const [wanted] = useDebouncedValue(
    Object.keys(needed).length === 0 ? JSON.stringify(request) : null,
    typingMs,
  );
  return useQuery({
    queryKey: ['plans', 'check', wanted],
    queryFn: async () => {
      const plan = JSON.parse(wanted ?? '{}') as PlanInput;
      const said = await send<PlanCheck>('POST', '/plans/check', plan);
      const savable = said.findings.every(({ severity }) => severity !== 'refused');
      return { said, sound: savable ? plan : null };
    },
    enabled: wanted !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

function belongs({ fields }: Step, path: string): boolean {
  return fields.includes(path.split('.')[0] ?? '');
}

function touched(endpoints: number): string {
  if (endpoints === 0) return 'It means no endpoint at present.';
  return `It means ${endpoints.toLocaleString()} ${endpoints === 1 ? 'endpoint' : 'endpoints'} at present.`;
}
