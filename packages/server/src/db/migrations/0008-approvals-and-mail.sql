-- Approvals by signed webhook (P-09), and reports by mail (P-15).

-- Systems that may approve and reject plans by signed webhooks.
create table webhook_senders (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- Sealed; null once it is revoked.
  secret text,
  created_at timestamptz not null,
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  check ((secret is null) = (revoked_at is not null))
);
create unique index webhook_senders_name on webhook_senders (lower(name)) where revoked_at is null;

-- The approval that held when the cycle opened; null: it needed none.
alter table cycles add column approval json;

-- Who is mailed the report of a cycle when it has finished, frozen when it opens (L-49).
create table report_mails (
  cycle bigint not null references cycles on delete cascade,
  recipient text not null,
  -- When the cycle had finished; null before.
  since timestamptz,
  tries integer not null default 0,
  -- Why it failed last.
  problem text,
  sent_at timestamptz,
  given_up_at timestamptz,
  primary key (cycle, recipient)
);
