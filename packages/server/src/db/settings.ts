import { type SettingName, type SettingValues, settingValues } from '@patchbay/domain/setting/definitions';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved } from './stored-thing.ts';

/** A setting that somebody has changed. */
export interface ChangedSetting {
  readonly value: unknown;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** The settings that somebody has changed, by name (O-05). */
export async function changedSettings(db: Queryable): Promise<Map<string, ChangedSetting>> {
  const { rows } = await db.query<ChangedSetting & { key: string }>(
    'select key, value, changed_by as "changedBy", changed_at as "changedAt" from settings',
  );
  return new Map(rows.map(({ key, ...changed }) => [key, changed]));
}

/** Every setting's value now: the changed one, else the default. */
export async function readSettings(db: Queryable): Promise<SettingValues> {
  const changed = await changedSettings(db);
  return settingValues(new Map([...changed].map(([name, { value }]) => [name, value])));
}

/** Lets nobody else change settings before this transaction ends; they may be read. */
export async function lockSettings(tx: Transaction): Promise<void> {
  await tx.query('lock table settings in share row exclusive mode');
}

/** Changes a setting. */
export async function saveSetting(
  tx: Transaction,
  name: SettingName,
  value: string | number,
  saved: Saved,
): Promise<void> {
  await tx.query(
    `insert into settings (key, value, changed_by, changed_at) values ($1, $2, $3, $4)
     on conflict (key) do update set value = excluded.value, changed_by = excluded.changed_by,
       changed_at = excluded.changed_at`,
    [name, JSON.stringify(value), saved.by, saved.at],
  );
}
