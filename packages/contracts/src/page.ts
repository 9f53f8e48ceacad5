import { z } from 'zod';

/** What every list takes: where the page before ended, and how many items are wanted. */
export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .max(500)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be the nextCursor of the page before')
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** How a list of the library is sorted; `-` before it: backwards. */
export const librarySort = z.enum(['name', '-name', 'updatedAt', '-updatedAt']).default('name');

/** One page of a list; `nextCursor` is null on the last one. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** The type of a page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}
