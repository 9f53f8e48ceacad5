import fc from 'fast-check';
import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Values that fit the schema, and try the edges of what it allows. */
export function arbitraryOf<Schema extends z.ZodType>(schema: Schema): fc.Arbitrary<z.input<Schema>> {
  const json = z.toJSONSchema(schema, { io: 'input' });
  return arbitrary(json).filter((value) => schema.safeParse(value).success) as fc.Arbitrary<z.input<Schema>>;
}

function arbitrary(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const union = schema.anyOf ?? schema.oneOf;
  if (union !== undefined) return fc.oneof(...union.map(arbitrary));
  switch (schema.type) {
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer(boundsOf(schema));
    case 'number':
      return fc.double({ ...boundsOf(schema), noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(arbitrary((schema.items ?? {}) as JsonSchema), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'object':
      return objectOf(schema);
    default:
      return fc.jsonValue();
  }
}

function boundsOf({ minimum, maximum }: JsonSchema): { min: number; max: number } {
  return { min: minimum ?? Number.MIN_SAFE_INTEGER, max: maximum ?? Number.MAX_SAFE_INTEGER };
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.propertyNames !== undefined) {
    const key = arbitrary(schema.propertyNames as JsonSchema) as fc.Arbitrary<string>;
    return fc.dictionary(key, arbitrary((schema.additionalProperties ?? {}) as JsonSchema), { maxKeys: 4 });
  }
  const properties = Object.entries(schema.properties ?? {});
  const model = Object.fromEntries(properties.map(([key, value]) => [key, arbitrary(value as JsonSchema)]));
  return fc.record(model, { requiredKeys: (schema.required ?? []) as never[] });
}

// Everything that is text: letters of all scripts, emoji, controls, quotes, what SQL and shells care for.
const oddText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', '\u0001')),
  fc.constantFrom(
    "'; drop table runs; --",
    '\\x00',
    '\\',
    '"{}"',
    '\u2028\ufeff\uffff',
    '../../etc/passwd',
    '%s%n',
  ),
);

function stringOf(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format === 'uuid') return fc.uuid({ version: 4 });
  if (schema.contentEncoding === 'base64') {
    const { minLength, maxLength } = schema;
    const exact = minLength !== undefined && minLength === maxLength;
    // Length 44 is 32 bytes, length 88 is 64.
    const bytes = exact ? Math.floor((minLength * 3) / 4) - (minLength === 88 ? 2 : 1) : undefined;
    const length = bytes === undefined ? { maxLength: 1_000 } : { minLength: bytes, maxLength: bytes };
    return fc.uint8Array(length).map((data) => Buffer.from(data).toString('base64'));
  }
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  const { minLength = 0, maxLength = 1_000 } = schema;
  return oddText.map((text) => text.padEnd(minLength, 'x').slice(0, maxLength)).filter(isWhole);
}

/** Cutting may have split a pair. */
function isWhole(text: string): boolean {
  return text.isWellFormed();
}

/** The value with one thing in it made wrong: another type, a missing or an unknown field, absurd sizes, no text. */
export function brokenVariantOf(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsIn(value);
  const where = fc.constantFrom(...paths);
  return fc.oneof(
    fc.tuple(where, wrongValue).map(([path, wrong]) => changed(value, path, () => wrong)),
    fc
      .tuple(where, fc.string(), wrongValue)
      .map(([path, key, wrong]) =>
        changed(value, path, (old) => (isObject(old) ? { ...old, [key]: wrong } : [old])),
      ),
    where.map((path) => changed(value, path, () => undefined)),
  );
}

const wrongValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e308,
    -1e308,
    2 ** 53,
    '',
    [],
    {},
    '\0',
    'a\0b',
    '\ud800',
    '\udc00x',
  ),
  fc.constantFrom(
    'x'.repeat(100_000),
    'ü'.repeat(100_000),
    Array.from({ length: 10_000 }, () => 0),
  ),
  fc.integer({ min: 1, max: 500 }).map((depth) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)),
  fc.jsonValue(),
);

type Path = readonly string[];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  const below = isObject(value)
    ? Object.entries(value).flatMap(([key, part]) => pathsIn(part, [...path, key]))
    : [];
  return [path, ...below];
}

function changed(value: unknown, [key, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (key === undefined || !isObject(value)) return change(value);
  const copy: Record<string, unknown> = Array.isArray(value) ? Object.assign([], value) : { ...value };
  copy[key] = changed(copy[key], rest, change);
  return copy;
}
