-- The runs of a cycle in the order in which somebody looks for them (P-14): the same as urgencyOf of the rules.
alter table runs add column urgency smallint not null generated always as (
  case coalesce(result, status)
    when 'failed' then 0
    when 'awaitingUser' then 1
    when 'running' then 2
    when 'retrying' then 2
    when 'returning' then 2
    when 'queued' then 3
    when 'missedWindow' then 4
    when 'partial' then 5
    when 'cancelled' then 6
    when 'skipped' then 7
    when 'succeeded' then 8
  end
) stored;
create index runs_by_urgency on runs (cycle, urgency, id);
