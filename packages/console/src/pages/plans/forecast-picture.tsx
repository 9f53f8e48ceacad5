import type { PlanOutlook } from '@patchbay/contracts/plan-outlook';
import { fullTime } from '../../ui/instant.ts';
import { When } from '../../ui/time.tsx';
import { counted } from './plan-words.ts';
import './forecast-picture.css';

const width = 1000;
const height = 140;
const layers = [
  { part: 'done', label: 'Done' },
  { part: 'running', label: 'Worked on' },
  { part: 'waiting', label: 'Not started' },
] as const;

/** How many endpoints are done, worked on and waiting, from left to right in time (P-11). */
export function ForecastPicture({ outlook }: { readonly outlook: PlanOutlook }) {
  const { picture, endpoints, fits, firstStartAt, workEndsAt } = outlook;
  const [first] = picture;
  const last = picture.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  const most = Math.max(1, ...picture.map(({ running, waiting, done }) => running + waiting + done));
  const words = [
    counted(endpoints, 'endpoint', 'endpoints'),
    ...(firstStartAt === null ? ['nothing starts'] : [`the first starts ${fullTime(firstStartAt)}`]),
    ...(workEndsAt === null ? [] : [`the work ends ${fullTime(workEndsAt)}`]),
    `${fits.fits} fit their window`,
  ].join(', ');
  return (
    <figure className="forecast">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={words}>
        {layers.map(({ part }, index) => (
          <polygon
            key={part}
            className={`forecast-${part}`}
            points={area(
              picture.map((point) => heightOf(point, index, most)),
              picture.map((point) => heightOf(point, index + 1, most)),
            )}
          />
        ))}
      </svg>
      <figcaption>
        <When at={first.at} />
        <ul>
          {layers.map(({ part, label }) => (
            <li key={part}>
              <span className={`forecast-dot forecast-${part}`} aria-hidden="true" />
              {label}
            </li>
          ))}
        </ul>
        <When at={last.at} />
      </figcaption>
    </figure>
  );
}

/** How high the first so many layers are together. */
function heightOf(point: PlanOutlook['picture'][number], count: number, most: number): number {
  return (layers.slice(0, count).reduce((sum, { part }) => sum + point[part], 0) / most) * height;
}

function area(lower: readonly number[], upper: readonly number[]): string {
  const x = (index: number): string => ((index / (lower.length - 1)) * width).toFixed(1);
  const point = (value: number, index: number): string => `${x(index)},${(height - value).toFixed(1)}`;
  return [...upper.map(point), ...lower.map(point).toReversed()].join(' ');
}
