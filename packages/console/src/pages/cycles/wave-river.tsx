import type { CycleTimeline, RunPlaces } from '@patchbay/contracts/cycle-timeline';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { Nothing, Section } from '../../ui/section.tsx';
import { Thing } from '../../ui/thing.tsx';
import { When } from '../../ui/time.tsx';
import './wave-river.css';

interface Band {
  readonly name: string;
  readonly label: string;
  readonly places: readonly (keyof RunPlaces)[];
}

/** From the bottom up: what has ended, what is under way, what still waits. */
const bands: readonly Band[] = [
  { name: 'succeeded', label: 'succeeded', places: ['succeeded'] },
  { name: 'partial', label: 'partial or missed window', places: ['partial', 'missedWindow'] },
  { name: 'failed', label: 'failed', places: ['failed'] },
  { name: 'left', label: 'skipped or cancelled', places: ['skipped', 'cancelled'] },
  { name: 'after', label: 'post-patching, after reboot', places: ['postPatching', 'afterReboot'] },
  { name: 'user', label: 'waits for the user', places: ['awaitingUser'] },
  { name: 'patch', label: 'patch', places: ['patch'] },
  { name: 'before', label: 'pre-patching', places: ['prePatching', 'task'] },
  { name: 'queued', label: 'queued', places: ['queued'] },
];
const [width, height] = [1000, 220];

/** The runs of a cycle through their phases over time, as a river (P-14). */
export function WaveRiver({ id }: { readonly id: number }) {
  const query = useQuery(thingQuery<CycleTimeline>('cycles', `/cycles/${part(id)}/timeline`));
  return (
    <Section title="The runs over time">
      <Thing query={query}>{(timeline) => <River timeline={timeline} />}</Thing>
    </Section>
  );
}

function River({ timeline: { from, to, total, points } }: { readonly timeline: CycleTimeline }) {
  if (total === 0 || points.length < 2) return <Nothing title="Nothing has moved yet" />;
  const there = bands.filter(({ places }) =>
    points.some(({ runs }) => places.some((place) => runs[place] > 0)),
  );
  const last = points.at(-1);
  const ending = there
    .flatMap(({ label, places }) => {
      const count = last === undefined ? 0 : sum(last.runs, places);
      return count === 0 ? [] : [`${count.toLocaleString()} ${label}`];
    })
    .join(', ');
  return (
    <>
      <svg
        className="river"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`How ${total.toLocaleString()} runs went through their phases. At the end of the picture: ${ending}.`}
      >
        {there.map((band) => (
          <path key={band.name} className={`river-${band.name}`} d={areaOf(band, points, total)}>
            <title>{band.label}</title>
          </path>
        ))}
      </svg>
      <div className="river-times quiet">
        <When at={from} />
        <When at={to} />
      </div>
      <ul className="count-legend">
        {there.map(({ name, label }) => (
          <li key={name}>
            <svg className="river-sign" viewBox="0 0 10 10" aria-hidden="true">
              <rect width="10" height="10" rx="2" className={`river-${name}`} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The outline of a band: along its upper edge to the right, along its lower edge back. */
function areaOf(band: Band, points: CycleTimeline['points'], total: number): string {
  const below = bands.slice(0, bands.indexOf(band)).flatMap(({ places }) => places);
  const x = (index: number): number => (index / (points.length - 1)) * width;
  const y = (count: number): number => height - (count / total) * height;
  const lower = points.map(({ runs }, index) => `${x(index).toFixed(1)},${y(sum(runs, below)).toFixed(1)}`);
  const upper = points.map(
    ({ runs }, index) => `${x(index).toFixed(1)},${y(sum(runs, below) + sum(runs, band.places)).toFixed(1)}`,
  );
  return `M${upper.join('L')}L${lower.toReversed().join('L')}Z`;
}

function sum(runs: RunPlaces, places: readonly (keyof RunPlaces)[]): number {
  return places.reduce((all, place) => all + runs[place], 0);
}
