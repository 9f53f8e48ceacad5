import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../src/reboot/decide.ts';
import { forecast, latestReboot } from '../src/reboot/forecast.ts';
import type { RebootSettings } from '../src/reboot/settings.ts';
import { currentNotification, type RebootState, rebootEndings, rebootStatuses } from '../src/reboot/state.ts';
import { type Draw, draws, rebootSettings, zones } from './reboot-arbitraries.ts';
import { ada, bob, Flow, minutes, oneOClock } from './reboot-flow.ts';
import { Witness } from './reboot-invariants.ts';
import { durations, jumps, pick, play } from './reboot-play.ts';

/** Random event sequences of the first property; the others take a share of them. */
const sequences = Number(process.env.PATCHBAY_PROPERTY_RUNS ?? 20_000);

describe('the rules of Interactive Reboot under random events', { timeout: 120_000 }, () => {
  const seen: Record<string, number> = {};
  const count = (what: string) => {
    seen[what] = (seen[what] ?? 0) + 1;
  };

  it('R-05 R-06 R-07 R-12 R-15 R-16 W-13 given any events then the count, the screens, the shown times and the reboots keep the rules', () => {
    fc.assert(
      fc.property(rebootSettings, zones, draws, (settings, zone, drawn) => {
        const witness = new Witness(settings);
        play(settings, zone, drawn, (before, event, decision) => {
          witness.see(before, event, decision);
          count(decision.kind);
          count(`event ${event.kind}`);
          if (decision.kind !== 'accepted') return;
          const { state } = decision;
          count(state.status === 'ended' ? state.ending : state.status);
          if (state.status === 'asking') count(state.notification.kind);
          if (state.status === 'restarting' || state.status === 'waiting') count(state.because);
        });
      }),
      { numRuns: sequences },
    );
    const reached = [
      ...rebootStatuses.filter((status) => status !== 'new' && status !== 'ended'),
      ...rebootEndings,
      'reminder',
      'finalWarning',
      'confirmed',
      'noActiveUser',
      'notifierFailed',
      'doNotDisturb',
      'rebootRefused',
      'ignored',
      'rejected',
    ];
    for (const what of reached) {
      expect(seen[what], `"${what}" is reached again and again`).toBeGreaterThan(sequences / 200);
    }
  });

  it('R-18 given any events then deciding leaves its input alone, is repeatable, and its states survive storage', () => {
    fc.assert(
      fc.property(rebootSettings, zones, draws, (settings, zone, drawn) => {
        play(settings, zone, drawn, (before, event, decision) => {
          const stored: RebootState = JSON.parse(JSON.stringify(before));
          if (!isDeepStrictEqual(stored, before)) throw new Error('a state does not survive storage');
          const again = decide(
            freeze(structuredClone(settings)),
            freeze(stored),
            freeze(structuredClone(event)),
          );
          if (!isDeepStrictEqual(again, decision)) throw new Error('the same input led to another decision');
        });
      }),
      { numRuns: sequences / 4 },
    );
  });

  it('R-17 given users who are there and may do anything then no reboot comes later than was forecast, nor past a deadline', () => {
    let atTheLatest = 0;
    fc.assert(
      fc.property(
        rebootSettings,
        zones,
        fc.array(fc.nat(99), { maxLength: 12 }),
        (settings, zone, choices) => {
          const flow = new Flow(settings, { zone });
          const latest = latestReboot(settings, null, flow.now);
          flow.begin([ada]);
          flow.render();
          for (const choice of choices) {
            if (flow.scheduledAt !== null || flow.state.status !== 'asking') break;
            const { snoozes, endsUp, kind } = flow.state.notification;
            if (kind !== 'reminder') break;
            flow.pass(Math.floor((Math.max(0, endsUp - flow.now.up) * (choice % 5)) / 4));
            const offer = snoozes[choice % (snoozes.length + 1)];
            if (choice % 13 === 12) flow.answer({ kind: 'rebootNow' });
            else if (offer) flow.snooze(offer.choice);
            if (flow.scheduledAt === null) flow.next();
          }
          for (let left = 20; flow.scheduledAt === null; left -= 1) {
            if (left === 0) throw new Error('the flow does not end');
            flow.next();
          }
          if (latest === null || flow.scheduledAt > latest) throw new Error('later than was forecast');
          const { deadlineAt, rebootNowDelayMinutes } = settings;
          if (
            deadlineAt !== null &&
            flow.scheduledAt > Math.max(deadlineAt, oneOClock + minutes(rebootNowDelayMinutes))
          ) {
            throw new Error('later than the deadline');
          }
          if (flow.scheduledAt === latest) atTheLatest += 1;
        },
      ),
      { numRuns: sequences / 2 },
    );
    expect(atTheLatest, 'the forecast is reached, not only a bound').toBeGreaterThan(sequences / 20);
  });

  it('R-17 R-18 given a flow under way then it goes as was forecast, for every behaviour', () => {
    fc.assert(
      fc.property(rebootSettings, zones, fc.nat(3), (settings, zone, which) => {
        const behaviour = pick(['latest', 'snoozing', 'ignoring', 'immediate'] as const, which);
        const flow = new Flow(settings, { zone });
        const foreseen = forecast(settings, null, flow.now, behaviour);
        flow.begin([ada]);
        flow.render();
        const told: string[] = [];
        for (let left = 20; flow.scheduledAt === null && left > 0; left -= 1) {
          const current = currentNotification(flow.state);
          if (current) told.push(`${current.kind} ${flow.now.at}`);
          if (behaviour === 'immediate') flow.answer({ kind: 'rebootNow' });
          else if (current?.kind === 'reminder' && behaviour !== 'ignoring') answerAs(flow, behaviour);
          if (flow.scheduledAt === null) flow.next();
        }
        const expected = foreseen.entries.filter(
          ({ kind }) => kind === 'reminder' || kind === 'finalWarning',
        );
        expect(told).toEqual(expected.map(({ kind, at }) => `${kind} ${at}`));
        expect(flow.scheduledAt).toBe(foreseen.rebootAt);
      }),
      { numRuns: sequences / 10 },
    );
  });

  it('R-12 given sleep, clocks that are set, agents that restart and sessions that change between any two events then count and order stay', () => {
    const calm = rebootSettings.map((settings): RebootSettings => ({ ...settings, deadlineAt: null }));
    fc.assert(
      fc.property(
        calm,
        fc.array(fc.nat(99), { minLength: 4, maxLength: 4 }),
        draws,
        (settings, choices, drawn) => {
          expect(storyOf(settings, choices, drawn)).toEqual(storyOf(settings, choices, []));
        },
      ),
      { numRuns: sequences / 2 },
    );
  });
});

/** As a user who behaves so: at once, or at the last moment with the longest snooze. */
function answerAs(flow: Flow, behaviour: 'latest' | 'snoozing'): void {
  if (flow.state.status !== 'asking') return;
  const { snoozes, endsUp } = flow.state.notification;
  if (behaviour === 'snoozing') {
    if (snoozes[0]) flow.snooze(snoozes[0].choice);
    return;
  }
  const until = (offer: (typeof snoozes)[number]) =>
    offer.kind === 'for' ? endsUp + offer.ms : offer.untilUp;
  const longest = snoozes.toSorted((one, other) => until(other) - until(one))[0];
  if (!longest) return;
  flow.pass(endsUp - flow.now.up);
  flow.snooze(longest.choice);
}

/** What happens to a user who follows the choices, with disturbances in between: the order of what was shown and done. */
function storyOf(
  settings: RebootSettings,
  choices: readonly number[],
  disturbances: readonly Draw[],
): string[] {
  const flow = new Flow(settings);
  flow.begin([ada]);
  const story: string[] = [];
  const left = [...disturbances];
  let told = 0;
  for (let steps = 0; flow.state.status !== 'restarting' && steps < 200; steps += 1) {
    disturb(flow, left.pop());
    flow.render();
    disturb(flow, left.pop());
    flow.render();
    const { state } = flow;
    if (state.status === 'asking' && state.notification.kind === 'reminder') {
      const { snoozes } = state.notification;
      const offer = (choices[state.used] ?? 0) % 2 === 0 ? snoozes[0] : undefined;
      if (offer && state.notification.sessions.some((one) => one.state === 'shown')) {
        story.push(`snoozed ${state.used}`);
        flow.snooze(offer.choice);
        continue;
      }
    }
    if (state.status === 'asking' && state.notification.kind === 'finalWarning' && told === 0) {
      told = state.notification.number;
      story.push(`final warning ${state.used}`);
    }
    const before = flow.state.used;
    flow.next();
    if (flow.state.used > before) story.push(`ignored ${before}`);
  }
  return [...story, flow.state.status];
}

function disturb(flow: Flow, draw: Draw | undefined): void {
  if (draw === undefined) return;
  const [what, a] = draw;
  if (what < 25) {
    flow.now = { ...flow.now, at: flow.now.at + pick(jumps, a) };
    flow.on({ kind: 'clockChanged' });
  } else if (what < 60) {
    flow.pass(pick(durations, a));
    flow.on({
      kind: 'resumed',
      cause: what < 40 ? 'slept' : 'agentRestarted',
      sessions: flow.state.sessions,
    });
  } else if (what < 80) {
    flow.on({ kind: 'sessionsChanged', sessions: flow.state.sessions.length > 1 ? [ada] : [ada, bob] });
  } else {
    flow.on({ kind: 'wake' });
    flow.answer({ kind: 'rebootNow' }, ada, flow.state.raised - 1);
  }
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
