import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import type { ReplayedEvent } from '@patchbay/domain/reboot/replay';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { initialRebootState, type RebootEnding, type RebootState } from '@patchbay/domain/reboot/state';
import { endingsWithWork } from '@patchbay/domain/run/state';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';

/** A flow as its next events are decided on. Times in epoch milliseconds. */
export interface KnownFlow {
  readonly id: string;
  readonly settings: RebootSettings;
  readonly state: RebootState;
  readonly events: number;
  readonly disputed: boolean;
  /** When its activity was made: nothing of the flow is older. */
  readonly since: number;
}

/** Whether the activity is one of this endpoint that began, or could begin, a flow of Interactive Reboot. */
export async function isRebootActivity(
  db: Queryable,
  endpoint: string,
  { run, step, attempt }: ActivityKey,
): Promise<boolean> {
  const { rows } = await db.query(
    `select from activities where run = $1 and step = $2 and attempt = $3 and endpoint = $4
       and kind = 'interactiveReboot'`,
    [run, step, attempt, endpoint],
  );
  return rows.length > 0;
}

/** Adds the flow of an activity of this endpoint, with the settings of its run, unless it is there or none could be. */
export async function beginFlow(
  tx: Transaction,
  endpoint: string,
  flow: string,
  { run, step, attempt }: ActivityKey,
  { startedAt, now }: { readonly startedAt: Date; readonly now: Date },
): Promise<void> {
  await tx.query(
    `insert into reboot_flows (id, endpoint, run, settings, state, status, started_at, reported_at)
     select $5, a.endpoint, a.run, s.works -> a.step -> 'work' -> 'settings', $6, 'new', $7, $8
     from activities a join runs r on r.id = a.run join snapshots s on s.id = r.snapshot
     where a.run = $1 and a.step = $2 and a.attempt = $3 and a.endpoint = $4 and a.kind = 'interactiveReboot'
     on conflict (id) do nothing`,
    [run, step, attempt, endpoint, flow, JSON.stringify(initialRebootState), startedAt, now],
  );
}

/** The flow of this endpoint, locked until the commit; null when there is none. */
export async function holdFlow(tx: Transaction, endpoint: string, flow: string): Promise<KnownFlow | null> {
  const { rows } = await tx.query<KnownFlow>(
    `select f.id, f.settings, f.state, f.events, f.disputed, extract(epoch from m.created_at)::float8 * 1000 as since
     from reboot_flows f cross join lateral (
       select min(created_at) as created_at from activities a where a.run = f.run and a.kind = 'interactiveReboot'
     ) m
     where f.id = $1 and f.endpoint = $2 for update of f`,
    [flow, endpoint],
  );
  return rows[0] ?? null;
}

/** What a flow has become. Times in epoch milliseconds, `nextAt` and `latestRebootAt` by the endpoint's clock. */
export interface MovedFlow {
  readonly id: string;
  readonly state: RebootState;
  readonly events: number;
  readonly disputed: boolean;
  readonly startedAt: number | null;
  readonly nextAt: number | null;
  readonly latestRebootAt: number | null;
  readonly now: number;
}

/** Keeps what a flow has become, and the events that led there; `from` counts them from 0. */
export async function saveFlow(
  tx: Transaction,
  flow: MovedFlow,
  from: number,
  events: readonly ReplayedEvent[],
): Promise<void> {
  const { id, state, now } = flow;
  const ended = state.status === 'ended';
  await tx.query(
    `update reboot_flows set state = $2, status = $3, ending = $4, boot_id = $5, events = $6, disputed = $7,
       started_at = coalesce($8, started_at), next_at = $9, latest_reboot_at = $10, reported_at = $11,
       ended_at = case when $12 then coalesce(ended_at, $11) end
     where id = $1`,
    [
      id,
      JSON.stringify(state),
      state.status,
      ended ? state.ending : null,
      state.bootId,
      flow.events,
      flow.disputed,
      dateOf(flow.startedAt),
      dateOf(flow.nextAt),
      dateOf(flow.latestRebootAt),
      new Date(now),
      ended,
    ],
  );
  await tx.query(
    `insert into reboot_flow_events (flow, seq, event, notes, disputed, received_at)
     select $1, $2 + place - 1, event::json, notes::json, disputed, $3
     from unnest($4::text[], $5::text[], $6::text[]) with ordinality as new (event, notes, disputed, place)`,
    [
      id,
      from,
      new Date(now),
      events.map(({ event }) => JSON.stringify(event)),
      events.map(({ notes }) => JSON.stringify(notes)),
      events.map(({ disputed }) => disputed),
    ],
  );
  if (ended)
    await tx.query('update reboot_members set left_at = $2 where flow = $1 and left_at is null', [
      id,
      new Date(now),
    ]);
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

/** Keeps that an activity of this endpoint is part of a flow. */
export async function addMember(
  tx: Transaction,
  endpoint: string,
  flow: string,
  { run, step, attempt }: ActivityKey,
): Promise<void> {
  await tx.query(
    `insert into reboot_members (run, step, attempt, endpoint, flow) values ($1, $2, $3, $4, $5)
     on conflict (run, step, attempt) do update set flow = excluded.flow
       where reboot_members.endpoint = excluded.endpoint`,
    [run, step, attempt, endpoint, flow],
  );
}

/** Keeps that the endpoint has taken an activity out of its flow. */
export async function removeMember(
  tx: Transaction,
  flow: string,
  { run, step, attempt }: ActivityKey,
  now: Date,
): Promise<void> {
  await tx.query(
    'update reboot_members set left_at = $5 where run = $1 and step = $2 and attempt = $3 and flow = $4',
    [run, step, attempt, flow, now],
  );
}

/** Notes that activities of Interactive Reboot are to be given up: orders to stop go out until they are. */
export async function askMembersToStop(
  tx: Transaction,
  members: readonly (ActivityKey & { readonly endpoint: string; readonly at: number })[],
): Promise<void> {
  if (members.length === 0) return;
  await tx.query(
    `insert into reboot_members as known (run, step, attempt, endpoint, stop_asked_at)
     select run, step, attempt, endpoint, to_timestamp(at / 1000)
     from unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::float8[])
       as new (run, step, attempt, endpoint, at)
     on conflict (run, step, attempt) do update set stop_asked_at = coalesce(known.stop_asked_at, excluded.stop_asked_at)`,
    [
      members.map(({ run }) => run),
      members.map(({ step }) => step),
      members.map(({ attempt }) => attempt),
      members.map(({ endpoint }) => endpoint),
      members.map(({ at }) => at),
    ],
  );
}

/** Asks for all activities of a flow to be given up; false when that was asked for before. */
export async function askFlowToStop(tx: Transaction, flow: string, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update reboot_members set stop_asked_at = $2 where flow = $1 and stop_asked_at is null and left_at is null',
    [flow, at],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Notes that an endpoint has connected in this boot: a flow of an earlier one is over, whoever rebooted it.
 * Its own report comes later, or never. True when there was one.
 */
export async function noteBoot(db: Queryable, endpoint: string, bootId: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reboot_flows set rebooted_at = $3
     where endpoint = $1 and boot_id <> $2 and ended_at is null and rebooted_at is null and status <> 'new'`,
    [endpoint, bootId, now],
  );
  return (rowCount ?? 0) > 0;
}

/** A run that waits for the user of a flow that is over. */
export interface UntoldRun {
  readonly run: number;
  readonly ending: RebootEnding;
}

const over = '(f.ended_at is not null or f.rebooted_at is not null)';

/** Whose flow is over and whose endpoint works on no other run, of members `m`, flows `f` and runs `r`. */
export const isAnswered = `m.told_at is null and ${over} and r.status = 'awaitingUser' and r.step = m.step
  and not exists (
    select from runs w where w.endpoint = r.endpoint and w.status in ('running', 'retrying', 'returning')
  )`;

/**
 * Runs that wait for the users of flows that are over, one of each endpoint that works on no other run (W-15). Those
 * that their cycle has not let go on are left out, unless all that is left for them is to end.
 */
export async function untoldRuns(db: Queryable, limit: number): Promise<UntoldRun[]> {
  const { rows } = await db.query<UntoldRun>({
    name: 'untold-runs',
    text: `select run, ending from (
       select distinct on (r.endpoint) r.id as run, coalesce(f.ending, 'rebooted') as ending
       from reboot_members m join reboot_flows f on f.id = m.flow join runs r on r.id = m.run
       where ${isAnswered} and (r.admitted_at is not null or f.ending <> all($2::text[]))
       order by r.endpoint, r.id
     ) as first limit $1`,
    values: [limit, endingsWithWork],
  });
  return rows;
}

/** Notes whose runs wait for the flow no more, for whatever reason. */
export async function noteTold(db: Queryable, now: Date): Promise<void> {
  await db.query({
    name: 'note-told',
    text: `update reboot_members m set told_at = $1 from reboot_flows f, runs r
     where f.id = m.flow and r.id = m.run and m.told_at is null and ${over}
       and (r.status = 'finished' or r.step is distinct from m.step)`,
    values: [now],
  });
}
