import type { Transaction } from './pool.ts';

/** An endpoint's tags, which nobody else replaces before this transaction ends. */
export async function tagsToReplace(tx: Transaction, endpoint: string): Promise<Record<string, string>> {
  const { rows } = await tx.query<{ tags: Record<string, string> }>(
    'select tags from endpoints where id = $1 for no key update',
    [endpoint],
  );
  return rows[0]?.tags ?? {};
}

/** Replaces an endpoint's tags (E-13). */
export async function saveTags(
  tx: Transaction,
  endpoint: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await tx.query('update endpoints set tags = $2 where id = $1', [endpoint, tags]);
}

/** Notes that a patch scan is wanted (E-03); an endpoint that is not connected is asked when it comes. */
export async function requestScan(tx: Transaction, endpoint: string, at: Date): Promise<void> {
  await tx.query('update endpoints set scan_requested_at = $2 where id = $1', [endpoint, at]);
}
