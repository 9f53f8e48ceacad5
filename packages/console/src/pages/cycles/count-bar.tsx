import type { RunCounts } from '@patchbay/contracts/cycle';
import { RouterLink } from '../../ui/router-link.tsx';
import type { Tone } from '../../ui/status-mark.tsx';
import './count-bar.css';

type Part = Exclude<keyof RunCounts, 'total'>;

const parts: readonly { readonly part: Part; readonly label: string; readonly tone: Tone }[] = [
  { part: 'succeeded', label: 'succeeded', tone: 'good' },
  { part: 'partial', label: 'partial', tone: 'warn' },
  { part: 'failed', label: 'failed', tone: 'bad' },
  { part: 'missedWindow', label: 'missed window', tone: 'warn' },
  { part: 'cancelled', label: 'cancelled', tone: 'stopped' },
  { part: 'skipped', label: 'skipped', tone: 'skipped' },
  { part: 'running', label: 'running', tone: 'busy' },
  { part: 'queued', label: 'queued', tone: 'idle' },
];

/** The counts of a cycle's runs in words: `6 succeeded, 1 failed`. */
export function countsText(runs: RunCounts): string {
  const words = parts.flatMap(({ part, label }) => (runs[part] > 0 ? [`${runs[part]} ${label}`] : []));
  return words.join(', ') || 'no runs';
}

/** The counts as a bar; the words stand beside it or are read out. */
export function CountBar({
  runs,
  legend = false,
  list = null,
}: {
  readonly runs: RunCounts;
  readonly legend?: boolean;
  /** The page that lists the runs: the words lead to those that they count. */
  readonly list?: string | null;
}) {
  const there = parts.filter(({ part }) => runs[part] > 0);
  return (
    <div className="count-bar-box">
      <div className="count-bar" role="img" aria-label={countsText(runs)} title={countsText(runs)}>
        {there.map(({ part, tone }) => (
          <span key={part} className={`count-part status-${tone}`} style={{ flexGrow: runs[part] }} />
        ))}
      </div>
      {legend && (
        <ul className="count-legend">
          {there.map(({ part, label, tone }) => (
            <li key={part}>
              <span className={`count-dot status-${tone}`} aria-hidden="true" />
              <strong className="figures">{runs[part].toLocaleString()}</strong>{' '}
              {list === null || part === 'running' ? (
                label
              ) : (
                <RouterLink
                  to={list}
                  search={part === 'queued' ? { status: part } : { result: part }}
                  inherit
                  title={`List the runs: ${label}`}
                >
                  {label}
                </RouterLink>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
