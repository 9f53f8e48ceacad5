import type { MaintenanceWindow } from '@patchbay/contracts/window';
import { StatusMark } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';

/** Whether a window is open, and until or from when. */
export function OpenNow({ window: { current, next } }: { readonly window: MaintenanceWindow }) {
  if (current !== null) {
    return (
      <StatusMark tone="on">
        Open until <When at={current.closesAt} />
      </StatusMark>
    );
  }
  if (next === null) return <StatusMark tone="warn">Does not open any more</StatusMark>;
  return (
    <StatusMark tone="idle">
      Opens <When at={next.opensAt} />
    </StatusMark>
  );
}
