import type { PlanCheck, PlanInput } from '@patchbay/contracts/plan';
import type { PlanDraft } from './plan-values.ts';

/** What a step of the editor is given. */
export interface StepProps {
  readonly draft: PlanDraft;
  /** What there is to say, by the path of the field. */
  readonly said: Readonly<Record<string, string>>;
  /** null until the plan has been looked at. */
  readonly check: PlanCheck | null;
  /** The plan as it was last looked at, ready to be asked about; null while it could not even be saved. */
  readonly sound: PlanInput | null;
  readonly onChange: (part: Partial<PlanDraft>) => void;
}
