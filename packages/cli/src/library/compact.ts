import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/**
 * A value without what its schema supplies by itself, its fields in the order of the schema and the entries of records
 * sorted: the same value always comes out the same, and parses to what it was.
 */
export function compact(schema: z.core.$ZodType, value: unknown): unknown {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional
  ) {
    return value === null ? null : compact(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const option = schema.options.find((one) => z.safeParse(one, value).success);
    return option === undefined ? value : compact(option, value);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((one) => compact(schema.element, one));
  }
  if (schema instanceof z.ZodObject && isRecord(value)) {
    return Object.fromEntries(
      Object.entries<z.core.$ZodType>(schema.shape)
        .filter(([field, inner]) => value[field] !== undefined && !isSupplied(inner, value[field]))
        .map(([field, inner]) => [field, compact(inner, value[field])]),
    );
  }
  return isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(byKey)) : value;
}

function isSupplied(schema: z.core.$ZodType, value: unknown): boolean {
  const supplied = z.safeParse(schema, undefined);
  return supplied.success && isDeepStrictEqual(supplied.data, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
