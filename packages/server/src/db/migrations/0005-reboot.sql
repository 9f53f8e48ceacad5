-- Logs & Alerts (O-04), only ever added to until retention removes them. No references: an entry outlives what it
-- is about.
create table log_entries (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  level text not null,
  category text not null,
  endpoint uuid,
  actor text not null,
  message text not null,
  run bigint,
  step text,
  attempt integer,
  flow text
);
create index log_entries_at on log_entries (at, id);
create index log_entries_of_endpoint on log_entries (endpoint, at, id) where endpoint is not null;
create index log_entries_of_category on log_entries (category, at, id);
-- Most entries are of the level "info", which needs no index to be found.
create index log_entries_alerts on log_entries (level, at, id) where level <> 'info';

-- The words of a text as they are looked for: by their beginnings, whatever stands between them.
create function search_words(message text) returns tsvector language sql immutable parallel safe
  return to_tsvector('pg_catalog.simple', regexp_replace(message, '[^[:alnum:]]+', ' ', 'g'));
create index log_entries_words on log_entries using gin (search_words(message));

-- When Logs & Alerts were told last that nothing is heard of it.
alter table endpoints add column silent_reported_at timestamptz;

-- Interactive Reboot is a task without a script (L-24).
alter table tasks
  alter column script drop not null,
  add column interactive_reboot jsonb,
  add constraint tasks_do_something check ((script is null) = (interactive_reboot is not null));

-- A step may set settings over those of its Interactive Reboot.
update workflows set steps = (
  select jsonb_object_agg(phase, (
    select coalesce(jsonb_agg('{"interactiveReboot": null}' || step order by place), '[]')
    from jsonb_array_elements(list) with ordinality as of_phase (step, place)
  )) from jsonb_each(steps) as phases (phase, list)
);

-- A run that waits for a user keeps its endpoint from nothing else (W-15).
drop index runs_at_work;
create unique index runs_at_work on runs (endpoint) where status in ('running', 'retrying', 'returning');
create index runs_awaiting_user on runs (endpoint) where status = 'awaitingUser';

-- Flows of Interactive Reboot, as far as their endpoints have told (R-12), replayed with the rules that the
-- endpoints act by (R-18). Its id is that of the activity that began it.
create table reboot_flows (
  id text primary key,
  endpoint uuid not null,
  run bigint not null,
  settings json not null,
  state json not null,
  status text not null,
  ending text,
  -- The boot that it lives in.
  boot_id text not null default '',
  -- How many of its events are stored.
  events integer not null default 0,
  -- Some of them are not as the rules have it.
  disputed boolean not null default false,
  -- By the endpoint's clock.
  started_at timestamptz not null,
  next_at timestamptz,
  latest_reboot_at timestamptz,
  -- By the server's: the last report, a connection from another boot, and the report of its end.
  reported_at timestamptz not null,
  rebooted_at timestamptz,
  ended_at timestamptz
) with (fillfactor = 50);
create index reboot_flows_by_start on reboot_flows (started_at, id);
create index reboot_flows_of_endpoint on reboot_flows (endpoint, started_at, id);
create index reboot_flows_pending on reboot_flows (endpoint)
  where ended_at is null and rebooted_at is null and status <> 'new';

-- Only ever added to.
create table reboot_flow_events (
  flow text not null,
  seq integer not null,
  event json not null,
  -- An array of sentences.
  notes json not null,
  -- Why the rules do not have it so; null when they do.
  disputed text,
  received_at timestamptz not null,
  primary key (flow, seq)
);

-- The activities that want a reboot. Of one that is to be stopped nothing more may be known yet.
create table reboot_members (
  run bigint not null,
  step text collate "C" not null,
  attempt integer not null,
  endpoint uuid not null,
  flow text,
  stop_asked_at timestamptz,
  -- The endpoint has taken it out of the flow, or the flow has ended.
  left_at timestamptz,
  -- Its run knows of the end.
  told_at timestamptz,
  primary key (run, step, attempt)
);
create index reboot_members_of_flow on reboot_members (flow);
create index reboot_members_to_stop on reboot_members (endpoint) where stop_asked_at is not null and left_at is null;
create index reboot_members_untold on reboot_members (flow) where told_at is null;
