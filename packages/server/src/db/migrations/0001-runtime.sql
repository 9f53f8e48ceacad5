-- Endpoints, cycles, runs, and what the engine writes at every step of a run.
-- Tables that are written at every step have no foreign keys and no check constraints: the engine is their
-- only writer, and each would cost more than the write itself.

-- One row: what makes this installation itself. The signing key is sealed with the key of the operator.
create table installation (
  singleton boolean primary key default true check (singleton),
  id uuid not null,
  public_key text not null,
  sealed_signing_key text not null,
  created_at timestamptz not null default now()
);

create table settings (
  key text primary key,
  value jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null default now()
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  object_kind text not null,
  object_id text not null,
  detail jsonb not null default '{}'
);
create index audit_of_object on audit (object_kind, object_id, id);

create table endpoints (
  id uuid primary key,
  name text not null,
  public_key text not null unique,
  os text not null,
  inventory jsonb not null,
  policy jsonb not null,
  tags jsonb not null default '{}',
  agent_version text not null,
  -- Null until the agent has sent them for the first time.
  readiness jsonb,
  reboot jsonb,
  enrolled_at timestamptz not null default now(),
  revoked_at timestamptz,
  -- When its last connection ended; while it is connected, see connections.
  seen_at timestamptz,
  scan_requested_at timestamptz,
  scanned_at timestamptz,
  scan_problem text
);
-- A machine that was revoked may be enrolled again under its name.
create unique index endpoints_name on endpoints (lower(name)) where revoked_at is null;
create index endpoints_revoked on endpoints (id) where revoked_at is not null;

create table endpoint_patches (
  endpoint uuid not null references endpoints on delete cascade,
  id text not null,
  patch jsonb not null,
  primary key (endpoint, id)
);

-- Server processes on this database; one that has not been seen for a while is dead.
create table nodes (
  id uuid primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null
);

-- A row while an endpoint's agent is connected to a node; narrow, because it is written often.
create table connections (
  endpoint uuid primary key references endpoints on delete cascade,
  node uuid not null,
  connected_at timestamptz not null,
  boot_id text not null
) with (fillfactor = 70);
create index connections_of_node on connections (node);

create table cycles (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('plan', 'task')),
  -- References to the library, which later migrations make; the names are kept as they were.
  plan uuid,
  plan_name text,
  task uuid,
  task_name text,
  mode text not null check (mode in ('real', 'rehearsal')),
  opened_by text not null,
  opened_at timestamptz not null default now(),
  cancelled_by text,
  cancelled_at timestamptz,
  finished_at timestamptz
);
create index cycles_unfinished on cycles (id) where finished_at is null;
create index cycles_of_plan on cycles (plan, id);

-- What runs walk, frozen when their cycle opened (L-49): never updated.
create table snapshots (
  id bigint generated always as identity primary key,
  definition jsonb not null,
  works jsonb not null,
  workflow uuid,
  workflow_name text,
  os text not null,
  created_at timestamptz not null default now()
);

create table runs (
  id bigint generated always as identity primary key,
  cycle bigint references cycles,
  snapshot bigint not null references snapshots,
  endpoint uuid not null references endpoints,
  status text not null default 'queued',
  result text,
  -- The step that it is at, or that it failed at.
  phase text,
  step text,
  -- The number of the last event.
  seq integer not null default 0,
  -- Not later than the earliest of the state's timers: too early does no harm, and a value that seldom
  -- changes keeps the row's updates out of the indexes.
  wake_at timestamptz,
  opened_by text not null,
  opened_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- Kept as text: it is read and written whole at every step.
  state json not null
)
-- A queued run is a quarter of what it grows to: a page that has room for all its rows at their end saves the
-- indexes from being told of a row that had to move.
with (fillfactor = 20, autovacuum_analyze_scale_factor = 0.2);
create index runs_due on runs (wake_at) where wake_at is not null;
create index runs_of_cycle on runs (cycle, status, id);
create index runs_of_endpoint on runs (endpoint, id);
create index runs_queued on runs (endpoint, id) where status = 'queued';
-- One endpoint works on one run at a time.
create unique index runs_at_work on runs (endpoint) where status not in ('queued', 'finished');

-- What happened to a run and what was decided (W-14); only ever added to.
create table run_events (
  run bigint not null,
  seq integer not null,
  at timestamptz not null,
  event json not null,
  -- An array of sentences.
  notes json not null,
  primary key (run, seq)
) with (autovacuum_analyze_scale_factor = 0.2);

create table activities (
  run bigint not null,
  attempt integer not null,
  -- Compared byte by byte, which is quicker than any language's order.
  step text collate "C" not null,
  endpoint uuid not null,
  phase text not null,
  kind text not null,
  task_name text not null,
  script_revision integer,
  -- queued, running, or what it came to.
  status text not null,
  -- Who said what it came to: 'endpoint' or 'server'.
  concluded_by text,
  -- The boot in which it started, as far as known.
  boot_id text,
  exit_code bigint,
  outcome jsonb,
  cut_stdout_bytes bigint,
  cut_stderr_bytes bigint,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  stop_asked_at timestamptz,
  primary key (run, step, attempt)
) with (fillfactor = 40, autovacuum_analyze_scale_factor = 0.2);
-- Most of what is written is in these two tables, and both are only looked into run by run: a tenth of the rows that
-- PostgreSQL looks at by default tells as much about them. The largest column of a table decides how many these are.
alter table run_events
  alter run set statistics 10, alter seq set statistics 10, alter at set statistics 10,
  alter event set statistics 0, alter notes set statistics 0;
alter table activities
  alter run set statistics 10, alter attempt set statistics 10, alter step set statistics 10,
  alter endpoint set statistics 10, alter phase set statistics 10, alter kind set statistics 10,
  alter task_name set statistics 10, alter script_revision set statistics 0, alter status set statistics 10,
  alter concluded_by set statistics 10, alter boot_id set statistics 0, alter exit_code set statistics 10,
  alter outcome set statistics 0, alter cut_stdout_bytes set statistics 0, alter cut_stderr_bytes set statistics 0,
  alter created_at set statistics 10, alter started_at set statistics 10, alter finished_at set statistics 10,
  alter stop_asked_at set statistics 10;

create table activity_output (
  run bigint not null,
  step text collate "C" not null,
  attempt integer not null,
  -- 1 standard output, 2 standard error.
  stream smallint not null,
  byte_offset bigint not null,
  data bytea not null,
  primary key (run, step, attempt, stream, byte_offset)
);
