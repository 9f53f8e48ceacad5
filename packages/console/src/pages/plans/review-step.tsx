import { Section } from '../../ui/section.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { ForecastView } from './forecast-view.tsx';
import { PlanFacts } from './plan-facts.tsx';
import type { StepProps } from './step-props.ts';
import { WaveBar } from './wave-bar.tsx';

const tones: Readonly<Record<'refused' | 'incomplete' | 'warning', Tone>> = {
  refused: 'bad',
  incomplete: 'warn',
  warning: 'idle',
};
const meanings = {
  refused: 'Cannot be saved so',
  incomplete: 'Cannot be activated so',
  warning: 'Look at it',
} as const;

/** The whole plan at a glance: what there is to say about it, and what would happen (P-11). */
export function ReviewStep({ draft, said, check, sound }: StepProps) {
  const findings = check?.findings ?? [];
  return (
    <>
      <Section title="What there is to say">
        {check === null ? (
          <span className="quiet">The plan is being looked at.</span>
        ) : findings.length === 0 && Object.keys(said).length === 0 ? (
          <StatusMark tone="good">Nothing is missing: it can be activated once it is saved.</StatusMark>
        ) : (
          <ul className="plan-findings">
            {findings.map(({ path, message, severity }) => (
              <li key={path}>
                <StatusMark tone={tones[severity]}>{meanings[severity]}</StatusMark>{' '}
                <span className="quiet">{placeOf(path)}:</span> {message}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="What it does">
        <PlanFacts plan={draft} />
        <div className="form-words">
          <WaveBar waves={draft.rollout.waves} endpoints={check?.endpoints ?? null} />
        </div>
      </Section>
      <ForecastView plan={sound} />
    </>
  );
}

/** Where a finding belongs, as people see it. */
function placeOf(path: string): string {
  const [first = '', second] = path.split('.');
  if (first === 'assignments' && second !== undefined) return `Row ${Number(second) + 1}`;
  const [, , wave] = path.split('.');
  if (first === 'rollout' && second === 'waves' && wave !== undefined) return `Wave ${Number(wave) + 1}`;
  return (
    {
      assignments: 'Endpoints and workflows',
      patches: 'Patches',
      schedule: 'Schedule',
      deadlineMinutes: 'Deadline',
      reportTo: 'Report',
      rollout: 'Rollout',
    }[first] ?? first
  );
}
