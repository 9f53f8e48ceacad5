import type { PatchSeverity } from '@patchbay/domain/patch/selection';
import { StatusMark, type Tone } from './status-mark.tsx';

const tones: Readonly<Record<PatchSeverity, Tone>> = {
  critical: 'bad',
  important: 'warn',
  moderate: 'idle',
  low: 'idle',
  unknown: 'off',
};

/** How severe what a patch mends is. */
export function SeverityMark({ severity }: { readonly severity: PatchSeverity }) {
  return <StatusMark tone={tones[severity]}>{severity}</StatusMark>;
}
