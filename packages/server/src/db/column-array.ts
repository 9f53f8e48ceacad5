// Arrays in PostgreSQL's binary format: for large batches they cost a fraction of the text format on both sides.
// See "array_recv" in PostgreSQL's sources; the driver sends a Buffer as a binary parameter.

const headerBytes = 20;

function column<Value>(
  elementType: number,
  values: readonly (Value | null)[],
  sizeOf: (value: Value) => number,
  write: (into: Buffer, offset: number, value: Value) => void,
): Buffer {
  let bytes = headerBytes;
  let hasNull = 0;
  for (const value of values) {
    if (value === null) hasNull = 1;
    bytes += 4 + (value === null ? 0 : sizeOf(value));
  }
  const array = Buffer.allocUnsafe(bytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(hasNull, 4);
  array.writeInt32BE(elementType, 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  let offset = headerBytes;
  for (const value of values) {
    const size = value === null ? -1 : sizeOf(value);
    array.writeInt32BE(size, offset);
    offset += 4;
    if (value === null) continue;
    write(array, offset, value);
    offset += size;
  }
  return array;
}

/** A `bigint[]`. */
export function bigints(values: readonly (number | null)[]): Buffer {
  return column(
    20,
    values,
    () => 8,
    (into, offset, value) => {
      into.writeInt32BE(Math.floor(value / 2 ** 32), offset);
      into.writeUInt32BE(value >>> 0, offset + 4);
    },
  );
}

/** An `integer[]`. */
export function integers(values: readonly (number | null)[]): Buffer {
  return column(
    23,
    values,
    () => 4,
    (into, offset, value) => into.writeInt32BE(value, offset),
  );
}

/** A `float8[]`. */
export function floats(values: readonly (number | null)[]): Buffer {
  return column(
    701,
    values,
    () => 8,
    (into, offset, value) => into.writeDoubleBE(value, offset),
  );
}

/** A `text[]`. */
export function texts(values: readonly (string | null)[]): Buffer {
  return column(
    25,
    values,
    (value) => Buffer.byteLength(value),
    (into, offset, value) => into.write(value, offset),
  );
}

/** A `uuid[]`. */
export function uuids(values: readonly (string | null)[]): Buffer {
  return column(
    2950,
    values,
    () => 16,
    (into, offset, value) => {
      into.write(value.replaceAll('-', ''), offset, 'hex');
    },
  );
}
