/** What every thing of the library is stored with. */
export interface StoredThing {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly origin: 'builtIn' | 'personal';
  /** Counts the edits; the ETag. */
  readonly version: number;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

/** Who saves a thing, and when. */
export interface Saved {
  readonly by: string;
  readonly at: Date;
}

/** The columns of {@link StoredThing}, of the table with this alias. */
export function thingColumns(alias: string): string {
  return `${alias}.id, ${alias}.name, ${alias}.description, ${alias}.origin, ${alias}.version,
    ${alias}.created_at as "createdAt", ${alias}.created_by as "createdBy",
    ${alias}.updated_at as "updatedAt", ${alias}.updated_by as "updatedBy"`;
}

/** The names, in the order of lists, of things that a thing is used by. */
export interface Use {
  readonly id: string;
  readonly name: string;
}
