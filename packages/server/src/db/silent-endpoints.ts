import type { EndpointNews } from '@patchbay/domain/log/endpoint-entries';
import type { Transaction } from './pool.ts';

/** Endpoints that nothing was heard of since `before`, each once for each silence; now they count as reported. */
export async function takeSilentEndpoints(tx: Transaction, before: Date, now: Date): Promise<EndpointNews[]> {
  const { rows } = await tx.query<{ endpoint: string; name: string }>(
    `update endpoints e set silent_reported_at = $2
     where revoked_at is null and coalesce(seen_at, enrolled_at) < $1
       and (silent_reported_at is null or silent_reported_at < seen_at)
       and not exists (select from connections c where c.endpoint = e.id)
     returning id as endpoint, name`,
    [before, now],
  );
  return rows.map((row) => ({ ...row, at: now.getTime() }));
}
