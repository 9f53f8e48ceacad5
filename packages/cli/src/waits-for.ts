import type { Plan } from '@patchbay/contracts/plan';
import { localTime } from './print.ts';

/** What an activated plan waits for before its cycle opens, such as `an approval`; null: for nothing. */
export function waitsFor({ progress: { status, waitsFor: awaited } }: Plan): string | null {
  if (awaited !== null) return `its ${awaited.what} at ${localTime(awaited.at)}`;
  return status === 'awaitingApproval' ? 'an approval' : null;
}
