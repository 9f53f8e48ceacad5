// Columns of a batch, each as one parameter. Numbers and free text travel as arrays in PostgreSQL's binary format
// (see "array_recv" in its sources; the driver sends a Buffer as it is), which costs both sides a fraction of the
// text format. Words and JSON travel as the lines of one text, to be taken apart with `string_to_array`.

const headerBytes = 20;

function column<Row, Value>(
  elementType: number,
  rows: readonly Row[],
  pick: (row: Row) => Value | null,
  sizeOf: (value: Value) => number,
  write: (into: Buffer, offset: number, value: Value) => void,
): Buffer {
  let bytes = headerBytes;
  let hasNull = 0;
  for (const row of rows) {
    const value = pick(row);
    if (value === null) hasNull = 1;
    bytes += 4 + (value === null ? 0 : sizeOf(value));
  }
  const array = Buffer.allocUnsafe(bytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(hasNull, 4);
  array.writeInt32BE(elementType, 8);
  array.writeInt32BE(rows.length, 12);
  array.writeInt32BE(1, 16);
  let offset = headerBytes;
  for (const row of rows) {
    const value = pick(row);
    const size = value === null ? -1 : sizeOf(value);
    array.writeInt32BE(size, offset);
    offset += 4;
    if (value === null) continue;
    write(array, offset, value);
    offset += size;
  }
  return array;
}

const eight = (): number => 8;
const four = (): number => 4;
const sixteen = (): number => 16;

function writeBigint(into: Buffer, offset: number, value: number): void {
  into.writeInt32BE(Math.floor(value / 2 ** 32), offset);
  into.writeUInt32BE(value >>> 0, offset + 4);
}

/** A `bigint[]`. */
export function bigints<Row>(rows: readonly Row[], pick: (row: Row) => number | null): Buffer {
  return column(20, rows, pick, eight, writeBigint);
}

/** An `integer[]`. */
export function integers<Row>(rows: readonly Row[], pick: (row: Row) => number | null): Buffer {
  return column(23, rows, pick, four, (into, offset, value) => into.writeInt32BE(value, offset));
}

/** A `float8[]`. */
export function floats<Row>(rows: readonly Row[], pick: (row: Row) => number | null): Buffer {
  return column(701, rows, pick, eight, (into, offset, value) => into.writeDoubleBE(value, offset));
}

/** A `text[]` of any text. */
export function texts<Row>(rows: readonly Row[], pick: (row: Row) => string | null): Buffer {
  return column(25, rows, pick, Buffer.byteLength, (into, offset, value) => into.write(value, offset));
}

/** A `uuid[]`. */
export function uuids<Row>(rows: readonly Row[], pick: (row: Row) => string | null): Buffer {
  return column(2950, rows, pick, sixteen, (into, offset, value) => {
    into.write(value.replaceAll('-', ''), offset, 'hex');
  });
}

/** Lines of words, which are neither empty nor hold a line break. An empty line stands for null. */
export function words<Row>(rows: readonly Row[], pick: (row: Row) => string | null): string {
  return rows.map((row) => pick(row) ?? '').join('\n');
}

/** Lines of JSON, which never holds a line break of its own. */
export function jsons<Row>(rows: readonly Row[], pick: (row: Row) => unknown): string {
  return rows.map((row) => JSON.stringify(pick(row))).join('\n');
}

/** In SQL: what {@link words} has written, as a `text[]`. */
export function wordArray(parameter: number): string {
  return `string_to_array($${parameter}, E'\\n', '')`;
}

/** In SQL: what {@link jsons} has written, as a `text[]`. */
export function jsonArray(parameter: number): string {
  return `string_to_array($${parameter}, E'\\n')`;
}
