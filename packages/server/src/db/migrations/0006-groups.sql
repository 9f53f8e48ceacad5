-- Groups of endpoints, and maintenance windows. Both say by selectors and rules whom they mean: who belongs to a group
-- is looked up whenever it is asked for.

create table groups (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  rule jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index groups_name on groups (lower(name));

create table windows (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text not null,
  -- A selector.
  endpoints text not null,
  recurrence jsonb not null,
  duration_minutes integer not null,
  blackouts jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  updated_at timestamptz not null,
  updated_by text not null
);
create unique index windows_name on windows (lower(name));

-- The numbers in a version, without zeros at the end; null when there are none. The rules have the same function.
create function version_numbers(version text) returns numeric[] language sql immutable parallel safe as $$
  select array_agg(found.match[1]::numeric order by found.place)
  from regexp_matches(regexp_replace(version, '([0-9])(?:[^0-9]+0+)*[^0-9]*$', '\1'), '[0-9]+', 'g')
    with ordinality as found (match, place)
$$;

-- Those of the texts that are addresses of IPv4 or IPv6 without a zone; agents may send anything.
create function plain_addresses(texts jsonb) returns inet[] language plpgsql immutable parallel safe as $$
declare
  address text;
  found inet[] := '{}';
begin
  if jsonb_typeof(texts) is distinct from 'array' then
    return found;
  end if;
  for address in select jsonb_array_elements_text(texts) loop
    if address ~ '^(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}$' or address ~ '^[0-9A-Fa-f:]*:[0-9A-Fa-f:]*$' then
      begin
        found := found || address::inet;
      exception when invalid_text_representation then
        null;
      end;
    end if;
  end loop;
  return found;
end
$$;

-- The facts that rules ask for, out of what the agent has sent: a rule that looks into a whole inventory for each of
-- its conditions would take many times as long.
alter table endpoints
  add column hostname text generated always as (inventory ->> 'hostname') stored,
  add column os_name text generated always as (inventory ->> 'osName') stored,
  add column os_version text generated always as (inventory ->> 'osVersion') stored,
  add column os_version_numbers numeric[]
    generated always as (version_numbers(inventory ->> 'osVersion')) stored,
  add column kernel text generated always as (inventory ->> 'kernel') stored,
  add column kernel_numbers numeric[] generated always as (version_numbers(inventory ->> 'kernel')) stored,
  add column agent_version_numbers numeric[] generated always as (version_numbers(agent_version)) stored,
  add column architecture text generated always as (inventory ->> 'architecture') stored,
  add column time_zone text generated always as (inventory ->> 'timeZone') stored,
  add column addresses inet[] generated always as (plain_addresses(inventory -> 'addresses')) stored,
  add column extra jsonb generated always as (inventory -> 'extra') stored,
  add column reboot_needed text generated always as (reboot ->> 'needed') stored;
