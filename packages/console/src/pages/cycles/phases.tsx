import type { RunCounts } from '@patchbay/contracts/cycle';
import type { RolloutProgress } from '@patchbay/contracts/plan-progress';
import './count-bar.css';
import './waves.css';

type Phase = keyof RolloutProgress['phases'];

const names: Readonly<Record<Phase, string>> = {
  prePatching: 'Pre-patching',
  patch: 'Patch',
  postPatching: 'Post-patching',
  afterReboot: 'After reboot',
};

/** How far a cycle's runs have come: at each phase those past it, at it, and still to come (P-14). */
export function Phases({
  runs: { total, queued, running },
  phases,
}: {
  readonly runs: RunCounts;
  readonly phases: RolloutProgress['phases'];
}) {
  const ended = total - queued - running;
  const order = Object.keys(names) as Phase[];
  return (
    <ol className="cycle-phases" aria-label="Phases">
      {order.map((phase, place) => {
        const now = phases[phase];
        const past = order.slice(place + 1).reduce((sum, later) => sum + phases[later], ended);
        const words = `${now.toLocaleString()} at it, ${past.toLocaleString()} past it`;
        return (
          <li key={phase}>
            <div className="cycle-phase-words">
              <span>{names[phase]}</span>
              <span className="figures quiet">{words}</span>
            </div>
            <div className="count-bar" aria-hidden="true">
              {past > 0 && <span className="cycle-phase-past" style={{ flexGrow: past }} />}
              {now > 0 && <span className="cycle-phase-now" style={{ flexGrow: now }} />}
              {total > past + now && <span style={{ flexGrow: total - past - now }} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
