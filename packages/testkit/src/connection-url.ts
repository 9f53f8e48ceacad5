import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';

/** A `DATABASE_URL` for the connection. */
export function connectionUrl({ host, port, user, password = '', database }: PostgresConnection): string {
  const url = new URL(`postgresql://localhost/${encodeURIComponent(database)}`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  url.searchParams.set('host', host);
  url.searchParams.set('port', String(port));
  return url.href;
}
