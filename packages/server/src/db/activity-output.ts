import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import type { Queryable } from './queryable.ts';

/** The streams of an activity's output. */
export type OutputStream = 'stdout' | 'stderr';

const streamNumbers: Record<OutputStream, number> = { stdout: 1, stderr: 2 };

/** One part of a stream; `offset` counts its bytes from 0. */
export interface OutputPart extends ActivityKey {
  readonly stream: OutputStream;
  readonly offset: number;
  readonly data: Buffer;
}

/** No part is longer: reading looks this far back for the part that a byte is in. */
const maxPartBytes = 65_540;

/**
 * Keeps parts of output (O-02). Where two connections of one endpoint have sent the same bytes cut differently, parts
 * may overlap; the longer of two that begin alike is kept, so that nothing which was acknowledged is lost.
 */
export async function appendOutput(db: Queryable, parts: readonly OutputPart[]): Promise<void> {
  await db.query({
    name: 'append-output',
    text: `insert into activity_output as known (run, step, attempt, stream, byte_offset, data)
           select distinct on (run, step, attempt, stream, byte_offset) run, step, attempt, stream, byte_offset, data
           from unnest($1::bigint[], $2::text[], $3::integer[], $4::smallint[], $5::bigint[], $6::bytea[])
             as part (run, step, attempt, stream, byte_offset, data)
           order by run, step, attempt, stream, byte_offset, length(data) desc
           on conflict (run, step, attempt, stream, byte_offset) do update set data = excluded.data
             where length(known.data) < length(excluded.data)`,
    values: [
      parts.map((part) => part.run),
      parts.map((part) => part.step),
      parts.map((part) => part.attempt),
      parts.map((part) => streamNumbers[part.stream]),
      parts.map((part) => part.offset),
      parts.map((part) => part.data),
    ],
  });
}

/** Bytes kept so far for each stream; null when there is no such activity of this endpoint. */
export async function outputLengths(
  db: Queryable,
  endpoint: string,
  key: ActivityKey,
): Promise<Record<OutputStream, number> | null> {
  const length = (stream: OutputStream): string =>
    `coalesce((select byte_offset + length(data) from activity_output as part
       where (part.run, part.step, part.attempt) = (activities.run, activities.step, activities.attempt)
         and part.stream = ${streamNumbers[stream]} order by byte_offset desc limit 1), 0) as ${stream}`;
  const { rows } = await db.query<Record<OutputStream, number>>({
    name: 'output-lengths',
    text: `select ${length('stdout')}, ${length('stderr')} from activities
           where run = $1 and step = $2 and attempt = $3 and endpoint = $4`,
    values: [key.run, key.step, key.attempt, endpoint],
  });
  return rows[0] ?? null;
}

/** The bytes of a stream from `from` on, at most `limit`; empty when there are none (yet). */
export async function readOutput(
  db: Queryable,
  key: ActivityKey,
  stream: OutputStream,
  from: number,
  limit: number,
): Promise<Buffer> {
  const { rows } = await db.query<{ offset: number; data: Buffer }>({
    name: 'read-output',
    text: `select byte_offset as "offset", data from activity_output
           where run = $1 and step = $2 and attempt = $3 and stream = $4 and byte_offset > $5 and byte_offset < $6
           order by byte_offset`,
    values: [key.run, key.step, key.attempt, streamNumbers[stream], from - maxPartBytes, from + limit],
  });
  const read: Buffer[] = [];
  let position = from;
  for (const part of rows) {
    if (part.offset > position) break;
    const fresh = part.data.subarray(position - part.offset, from + limit - part.offset);
    position += fresh.length;
    read.push(fresh);
  }
  return Buffer.concat(read);
}
