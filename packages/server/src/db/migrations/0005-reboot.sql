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
