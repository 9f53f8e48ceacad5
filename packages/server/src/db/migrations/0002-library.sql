-- The library (scripts, tasks, workflows, plans), tokens and what the API keeps.
-- `version` counts the edits of a row and is its ETag.

create table scripts (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  category text not null,
  origin text not null check (origin in ('builtIn', 'personal')),
  -- The number of the latest revision.
  revision integer not null,
  -- False: shipped, but not run on a real system of its kind yet.
  verified boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index scripts_name on scripts (lower(name));

-- Never updated (L-05).
create table script_revisions (
  script uuid not null references scripts on delete cascade,
  revision integer not null,
  os text[] not null,
  interpreter text not null,
  content text not null,
  parameters jsonb not null,
  author text not null,
  note text not null,
  created_at timestamptz not null,
  primary key (script, revision)
);

create table tasks (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  origin text not null check (origin in ('builtIn', 'personal')),
  os text not null,
  script uuid not null references scripts,
  -- Null: it follows the latest revision.
  script_revision integer,
  parameters jsonb not null,
  -- Sealed values of secret parameters, by name.
  secrets jsonb not null,
  success_exit_codes bigint[] not null,
  timeout_minutes integer not null,
  run_as text,
  retry_count integer not null,
  retry_delay_seconds integer not null,
  category text not null,
  reboots boolean not null,
  safe_to_repeat boolean not null,
  safe_in_rehearsal boolean not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null,
  foreign key (script, script_revision) references script_revisions
);
create unique index tasks_name on tasks (lower(name));
create index tasks_of_script on tasks (script);

create table workflows (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  origin text not null check (origin in ('builtIn', 'personal')),
  os text not null,
  is_default boolean not null default false,
  control jsonb not null,
  -- By phase; the tasks are named by id, and listed in workflow_tasks besides.
  steps jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index workflows_name on workflows (lower(name));
create unique index workflows_default on workflows (os) where is_default;

create table workflow_tasks (
  workflow uuid not null references workflows on delete cascade,
  task uuid not null references tasks,
  primary key (workflow, task)
);
create index workflow_tasks_of_task on workflow_tasks (task);

create table plans (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  -- The cycle that was opened last.
  last_cycle bigint references cycles,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index plans_name on plans (lower(name));

alter table cycles
  add foreign key (plan) references plans on delete set null,
  add foreign key (task) references tasks on delete set null;
create index cycles_of_task on cycles (task) where task is not null;

-- Which workflows an opened cycle uses.
create table cycle_workflows (
  cycle bigint not null references cycles on delete cascade,
  workflow uuid not null,
  primary key (cycle, workflow)
);
create index cycle_workflows_of_workflow on cycle_workflows (workflow);

create table api_tokens (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  role text not null,
  -- SHA-256 of the token, which is 256 random bits.
  hash bytea not null unique,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);
create unique index api_tokens_name on api_tokens (lower(name)) where revoked_at is null;

create table enrolment_tokens (
  id uuid primary key default gen_random_uuid(),
  description text not null,
  hash bytea not null unique,
  uses integer not null,
  uses_left integer not null check (uses_left >= 0),
  tags jsonb not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create table idempotency_keys (
  actor uuid not null,
  key text not null,
  -- SHA-256 of method, path and body.
  request bytea not null,
  -- Null while the request is under way.
  status integer,
  body json,
  created_at timestamptz not null,
  primary key (actor, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

alter table audit
  add column address text,
  add column correlation_id text;
create index audit_of_actor on audit (actor, id);
