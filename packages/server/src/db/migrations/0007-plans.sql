-- Rollout of cycles: waves, gates, maintenance windows (P-05 to P-08).

alter table cycles
  -- The rules of the rollout, frozen (L-49); null for a Run Task, whose runs start as soon as they can.
  add column rollout jsonb,
  -- Kept as text: it is read and written whole.
  add column state json,
  -- The number of the last event.
  add column seq integer not null default 0;
create index cycles_rolling_out on cycles (id) where state is not null and finished_at is null;

-- What happened to a cycle and what was decided; only ever added to.
create table cycle_events (
  cycle bigint not null references cycles on delete cascade,
  seq integer not null,
  at timestamptz not null,
  event json not null,
  -- An array of sentences.
  notes json not null,
  primary key (cycle, seq)
);

create table cycle_waves (
  cycle bigint not null references cycles on delete cascade,
  wave smallint not null,
  opened_at timestamptz not null,
  primary key (cycle, wave)
);

-- The different sets of maintenance windows that the endpoints of a cycle have.
create table cycle_timetables (
  cycle bigint not null references cycles on delete cascade,
  number smallint not null,
  windows uuid[] not null,
  primary key (cycle, number)
);

alter table runs
  add column wave smallint,
  -- The place in the cycle's order.
  add column position integer,
  -- Of cycle_timetables; null: it may be worked on at any time.
  add column timetable smallint,
  -- Why its endpoint is exempt; null: it is not.
  add column exempt text,
  -- How many patches were applicable when its cycle opened (P-15); null: it was not counted.
  add column patches_before integer,
  -- How many were when its cycle ended; null: that is not known yet.
  add column patches_after integer,
  -- Null while its cycle holds it back.
  add column admitted_at timestamptz default now(),
  -- It starts before then or not at all: its maintenance window, less the buffer; null: at any time.
  add column start_before timestamptz;

drop index runs_queued;
create index runs_queued on runs (endpoint, id) where status = 'queued' and admitted_at is not null;
-- Those whose first scan after patching is still to come.
create index runs_awaiting_scan on runs (endpoint)
  where status = 'finished' and patches_before is not null and patches_after is null;
-- Few of many, asked for by every look at a cycle (P-13).
create index endpoints_exempt on endpoints (id) where tags ? 'exempt';
create index runs_held on runs (cycle, wave, position) where status = 'queued' and admitted_at is null;

-- The whole plan (P-01).

create table patch_filters (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  filter jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index patch_filters_name on patch_filters (lower(name));

-- Since when a patch has been known to the installation (P-02); only ever added to.
create table known_patches (
  id text primary key,
  first_seen_at timestamptz not null
);
insert into known_patches (id, first_seen_at) select distinct id, now() from endpoint_patches;

alter table plans
  -- Everything but name, description, assignments and what is referred to by id below.
  add column content jsonb not null,
  add column patch_filter uuid references patch_filters,
  add column state json not null,
  -- The number of the last event.
  add column seq integer not null default 0,
  -- Who has edited the plan since it was last approved, or else before (P-09).
  add column authors text[] not null default '{}',
  -- It was approved since it was last edited.
  add column approved_as_is boolean not null default false;

create table plan_assignments (
  plan uuid not null references plans on delete cascade,
  place smallint not null,
  -- A selector.
  endpoints text not null,
  os text not null,
  -- Null: the default of the operating system.
  workflow uuid references workflows,
  primary key (plan, place)
);
create index plan_assignments_of_workflow on plan_assignments (workflow);

-- As somebody saved it, by names; never updated.
create table plan_revisions (
  plan uuid not null references plans on delete cascade,
  revision integer not null,
  input jsonb not null,
  author text not null,
  created_at timestamptz not null,
  primary key (plan, revision)
);

-- What happened to a plan and what was decided; only ever added to.
create table plan_events (
  plan uuid not null references plans on delete cascade,
  seq integer not null,
  at timestamptz not null,
  event json not null,
  -- An array of sentences.
  notes json not null,
  primary key (plan, seq)
);
