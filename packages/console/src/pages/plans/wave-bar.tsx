import type { DraftWave } from './plan-values.ts';
import { counted, sizeInWords } from './plan-words.ts';
import './plan-editor.css';

/** How large a group's wave is drawn, as nobody counts it here. */
const groupShare = 15;

/** The waves side by side, as large as they are; the words are within (P-08). */
export function WaveBar({
  waves,
  endpoints,
}: {
  readonly waves: readonly DraftWave[];
  /** How many the plan has; null while they are counted. */
  readonly endpoints: number | null;
}) {
  const shares = waves.map(({ size }) => shareOf(size, endpoints ?? 0));
  const rest = Math.max(0, 100 - shares.reduce((sum, share) => sum + share, 0));
  const all = endpoints === null ? 'All endpoints' : counted(endpoints, 'endpoint', 'endpoints');
  return (
    <div className="wave-bar">
      {waves.map(({ name, size, gate }, index) => (
        <div
          key={`part-${String(index)}`}
          className="wave-part"
          style={{ flexGrow: Math.max(1, shares[index] ?? 1) }}
        >
          <strong title={name}>{name || `Wave ${index + 1}`}</strong>
          <span title={sizeInWords(size)}>{sizeInWords(size)}</span>
          <span className="quiet">{gateInWords(gate)}</span>
        </div>
      ))}
      {(rest > 0 || waves.length === 0) && (
        <div className="wave-part wave-part-rest" style={{ flexGrow: Math.max(1, rest) }}>
          <strong>{waves.length === 0 ? all : 'All others'}</strong>
          <span className="quiet">{waves.length === 0 ? 'in one wave' : 'open last'}</span>
        </div>
      )}
    </div>
  );
}

function shareOf(size: DraftWave['size'], endpoints: number): number {
  switch (size.kind) {
    case 'percent':
      return size.percent;
    case 'count':
      return endpoints === 0 ? groupShare : Math.min(100, (100 * size.count) / endpoints);
    case 'group':
      return groupShare;
  }
}

function gateInWords(gate: DraftWave['gate']): string {
  if (gate === null) return 'until all have ended';
  return [
    `${gate.minimumSuccessPercent} % good`,
    ...(gate.soakMinutes > 0 ? [`${gate.soakMinutes} min watched`] : []),
    ...(gate.approval ? ['somebody opens the next'] : []),
  ].join(', ');
}
