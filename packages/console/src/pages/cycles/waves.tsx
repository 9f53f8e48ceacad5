import type { RunCounts } from '@patchbay/contracts/cycle';
import type { RolloutProgress, WaveProgress } from '@patchbay/contracts/plan-progress';
import { type Shown, Status, StatusMark } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';
import { CountBar } from './count-bar.tsx';
import './waves.css';

/** The waves of a cycle, each as long as it has runs, with the gates between them (P-08, P-14). */
export function Waves({ rollout }: { readonly rollout: RolloutProgress }) {
  const { waves, reason } = rollout;
  const counted = waves.map((wave) => ({ ...wave, runs: countsOf(wave) }));
  const largest = Math.max(1, ...counted.map(({ runs }) => runs.total));
  return (
    <div className="cycle-waves">
      {reason !== null && (
        <p className="cycle-halted">
          <StatusMark tone="warn">Halted: {reason}</StatusMark> What runs is finished; nothing more is started
          until it is resumed.
        </p>
      )}
      <ol aria-label="Waves">
        {counted.map(({ name, open, openedAt, gate, runs }, index) => (
          <li key={`${index} ${name}`} className="cycle-wave">
            <span className="cycle-wave-name clip" title={name}>
              {index + 1}. {name}
            </span>
            <span className="cycle-wave-bar">
              <span style={{ width: `${Math.max(4, (100 * runs.total) / largest)}%` }}>
                <CountBar runs={runs} />
              </span>
            </span>
            <span className="figures cycle-wave-count">
              {(runs.total - runs.queued - runs.running).toLocaleString()} of {runs.total.toLocaleString()}{' '}
              ended
            </span>
            <span className="cycle-wave-gate">
              {gate === null ? (
                open ? (
                  <span className="quiet">
                    opened <When at={openedAt} />
                  </span>
                ) : (
                  <StatusMark tone="idle">not open yet</StatusMark>
                )
              ) : (
                <Gate gate={gate} />
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

type GateProgress = NonNullable<WaveProgress['gate']>;

const gates: Readonly<Record<GateProgress['state'], Shown>> = {
  passed: { tone: 'good', label: 'gate passed' },
  soaking: { tone: 'busy', label: 'gate: watched' },
  approval: { tone: 'warn', label: 'gate: needs approval' },
  waiting: { tone: 'idle', label: 'gate: waits' },
  impossible: { tone: 'bad', label: 'gate cannot pass' },
};

function Gate({ gate: { state, why, until } }: { readonly gate: GateProgress }) {
  return (
    <>
      <Status shown={gates[state]} />
      {state !== 'passed' && (
        <span className="cycle-wave-why" title={why}>
          {why}
          {until !== null && (
            <>
              , until <When at={until} />
            </>
          )}
        </span>
      )}
    </>
  );
}

function countsOf({ counts }: WaveProgress): RunCounts {
  const { active, awaitingUser, ...rest } = counts;
  const running = active + awaitingUser;
  const total = Object.values(rest).reduce((sum, count) => sum + count, running);
  return { ...rest, running, total };
}
