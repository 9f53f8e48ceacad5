-- People who sign in, their sessions, and the links that make them users.

create table users (
  id uuid primary key default gen_random_uuid(),
  -- Users are disabled, never deleted: the audit names them.
  name text not null,
  display_name text not null,
  role text not null,
  -- argon2id, in PHC form.
  password_hash text not null,
  theme text not null default 'auto',
  created_at timestamptz not null,
  created_by text not null,
  last_sign_in_at timestamptz,
  disabled_at timestamptz
);
create unique index users_name on users (lower(name));

create table sessions (
  -- SHA-256 of what the browser holds, which is 256 random bits.
  hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  address text not null,
  user_agent text not null
);
create index sessions_of_user on sessions (user_id);

create table one_time_links (
  id uuid primary key default gen_random_uuid(),
  hash bytea not null unique,
  purpose text not null check (purpose in ('firstAdministrator', 'invitation', 'passwordReset')),
  -- What the user becomes; null for a new password.
  role text,
  -- Whose password it sets; null while there is no user yet.
  user_id uuid references users on delete cascade,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz,
  check ((purpose = 'passwordReset') = (user_id is not null)),
  check ((purpose = 'passwordReset') = (role is null))
);
create index one_time_links_of_user on one_time_links (user_id);

-- Sign-ins that were tried and did not succeed, by name and by address.
create table sign_in_attempts (
  key text primary key,
  count integer not null,
  last_at timestamptz not null
);
