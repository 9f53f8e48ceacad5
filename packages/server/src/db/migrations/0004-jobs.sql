-- Work that falls due at some time, task runs at a set time, and the health of endpoints.

-- What is to be done in the background, by whichever node comes first. There is one job of a kind for each key.
create table jobs (
  kind text not null,
  key text not null,
  due_at timestamptz not null,
  -- How often in a row it has failed, and why last.
  failures integer not null default 0,
  problem text,
  primary key (kind, key)
);
create index jobs_due on jobs (due_at);

-- Run Task at a set time, once or again and again (L-26, L-27).
create table task_schedules (
  id uuid primary key default gen_random_uuid(),
  -- Null once the task has been deleted; the name is kept as it was.
  task uuid references tasks on delete set null,
  task_name text not null,
  endpoints text not null,
  -- Values over the task's own; secrets are sealed and apart.
  parameters jsonb not null,
  secrets jsonb not null,
  starts_at timestamptz not null,
  within_minutes integer,
  -- Null: once.
  every_minutes integer,
  spread_minutes integer not null,
  status text not null check (status in ('waiting', 'started', 'missed', 'failed', 'cancelled')),
  -- Null when it will not start any more.
  next_at timestamptz,
  -- What there is to say of its last start.
  note text,
  last_at timestamptz,
  last_cycle bigint references cycles,
  created_at timestamptz not null,
  created_by text not null,
  cancelled_at timestamptz,
  cancelled_by text,
  check ((status = 'waiting') = (next_at is not null))
);
create index task_schedules_by_time on task_schedules (created_at, id);
create index task_schedules_waiting on task_schedules (next_at, id) where status = 'waiting';

-- Which schedule opened a cycle: an endpoint that has not done its last check is not given another one.
alter table cycles add column schedule uuid;
create index cycles_of_schedule on cycles (schedule) where schedule is not null and finished_at is null;

-- A queued run starts no earlier.
alter table runs add column start_after timestamptz;

-- What the latest result of each health check says of an endpoint (L-27). Written with the run's step; a check that
-- has been deleted, or is none any more, does not count.
create table endpoint_health (
  endpoint uuid not null,
  task uuid not null,
  healthy boolean not null,
  reason text not null,
  run bigint not null,
  -- Since when it has said so.
  since timestamptz not null,
  checked_at timestamptz not null,
  primary key (endpoint, task)
) with (fillfactor = 70);
create index endpoint_health_unhealthy on endpoint_health (endpoint) where not healthy;

-- What each cycle runs, by the name that its activities carry: activities are searched by name through their cycles, so
-- that the table of activities, which is written at every step, needs no index for it (O-01).
create table cycle_tasks (
  name text collate "C" not null,
  cycle bigint not null,
  primary key (name, cycle)
);

-- For lists that are sorted by something else than the name.
create index scripts_updated on scripts (updated_at, id);
create index tasks_updated on tasks (updated_at, id);
create index workflows_updated on workflows (updated_at, id);
create index endpoints_enrolled on endpoints (enrolled_at, id);
