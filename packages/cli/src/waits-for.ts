import type { Plan } from '@patchbay/contracts/plan';
import { localTime } from './print.ts';

/** What an activated plan waits for before its first run starts, such as `an approval`; null: for nothing. */
export function waitsFor({ progress: { status, waitsFor: awaited } }: Pick<Plan, 'progress'>): string | null {
  if (awaited?.what === 'endpoints') return `its endpoints, which ${awaited.why}`;
  if (awaited !== null) return `its ${awaited.what} at ${localTime(awaited.at)}`;
  return status === 'awaitingApproval' ? 'an approval' : null;
}
