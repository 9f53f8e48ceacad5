import { type DurationStatistics, estimateRun } from '@patchbay/domain/forecast/estimate';
import { type ForecastEndpoint, forecastCycle } from '@patchbay/domain/forecast/forecast';
import { rebootAhead } from '@patchbay/domain/forecast/reboot-ahead';
import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import { assignWaves } from '@patchbay/domain/rollout/assign-waves';
import { timetables } from '@patchbay/domain/schedule/timetable';

const hour = 3_600_000;
const openedAt = Date.UTC(2026, 0, 12, 12);

const figure = (minutes: number) => ({ medianMs: minutes * 60_000, p90Ms: minutes * 180_000 });
const statistics: DurationStatistics = {
  tasks: new Map(Array.from({ length: 6 }, (_, index) => [`task-${index}`, figure(1 + index)])),
  patching: new Map([['linux', { fixed: figure(2), perPatch: { medianMs: 4_000, p90Ms: 20_000 } }]]),
};
const steps = (['prePatching', 'prePatching', 'patch', 'postPatching', 'postPatching'] as const).map(
  (phase, index) => ({
    phase,
    task: phase === 'patch' ? null : { id: `task-${index}`, name: `Task ${index}` },
  }),
);

/** Nightly windows, another one for each hundredth endpoint. */
const windows = new Map(
  Array.from({ length: 100 }, (_, index) => [
    `window-${index}`,
    {
      recurrence: {
        rule: 'FREQ=DAILY',
        afterDays: 0,
        start: '2026-01-01',
        time: `${String(20 + (index % 4)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}`,
        timeZone: 'Europe/Berlin',
      },
      durationMinutes: 180 + index,
      blackouts: [],
    },
  ]),
);

/** Seconds for the forecast of a cycle over so many endpoints, their windows and waves included. */
export function measureForecast(endpointCount: number): number {
  const begin = performance.now();
  const timetableOf = timetables(windows, openedAt, openedAt + 14 * 24 * hour);
  const members = Array.from({ length: endpointCount }, (_, index) => ({
    id: `endpoint-${index}`,
    name: `endpoint-${index}`,
    groups: [],
  }));
  const gate = { minimumSuccessPercent: 95, minimumSample: 20, soakMinutes: 60, approval: false };
  const sized = [1, 10, 30].map((percent) => ({
    name: `${percent} %`,
    size: { kind: 'percent', percent } as const,
  }));
  const { waves, places } = assignWaves(members, sized, 'drawn', 'bench');
  const latestReboot = rebootAhead(defaultRebootSettings, () => ({ offsetMinutes: 60, change: null }));
  const endpoints = places.map(
    (place, index): ForecastEndpoint => ({
      ...place,
      timetable: timetableOf([`window-${index % windows.size}`]),
      connected: index % 50 !== 0,
      exempt: null,
      estimates: estimateRun(steps, 'linux', index % 40, statistics),
      latestReboot: index % 3 === 0 ? latestReboot : null,
    }),
  );
  const { fits } = forecastCycle({
    definition: {
      waves: waves.map(({ name }) => ({ name, gate })),
      maximumConcurrent: endpointCount / 20,
      failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 },
      deadlineAt: openedAt + 14 * 24 * hour,
    },
    openedAt,
    bufferMs: hour / 2,
    endpoints,
    assumptions: [],
  });
  const seconds = (performance.now() - begin) / 1000;
  const started = fits.fits + fits.overruns + fits.missesWindow;
  if (started < endpointCount * 0.97) throw new Error(`only ${started} of ${endpointCount} runs start`);
  return seconds;
}

/** The exponent of the growth from 5,000 over 10,000 to 20,000 endpoints: 1 is linear. */
export function measureForecastGrowth(): number {
  const [small = Number.NaN, middle = Number.NaN, large = Number.NaN] = [5_000, 10_000, 20_000].map((count) =>
    Math.min(...Array.from({ length: 5 }, () => measureForecast(count))),
  );
  console.log(
    `forecast of 5,000, 10,000, 20,000: ${[small, middle, large].map((one) => one.toFixed(3)).join(', ')} s`,
  );
  return Math.log2(large / small) / 2;
}
