import type { StartOrder } from '@patchbay/contracts/activity-order';
import type { LocalPolicy } from '@patchbay/contracts/inventory';

/** Why this endpoint will not do what an order asks; null when it may. Decided here and not by the server. */
export function refusalByPolicy({ work, rehearsal }: StartOrder, policy: LocalPolicy): string | null {
  if (work.kind === 'script') {
    if (!policy.run) return 'the local policy of this endpoint does not allow scripts';
    if (!work.reboots) return null;
    if (rehearsal) return 'a rehearsal must not reboot';
    return policy.reboot ? null : 'the local policy of this endpoint does not allow reboots';
  }
  if (work.kind === 'interactiveReboot') {
    if (rehearsal) return 'a rehearsal must not reboot';
    return policy.reboot ? null : 'the local policy of this endpoint does not allow reboots';
  }
  if (work.simulate)
    return policy.scan ? null : 'the local policy of this endpoint does not allow patch scans';
  if (rehearsal) return 'a rehearsal must not install';
  return policy.install ? null : 'the local policy of this endpoint does not allow installing patches';
}
