/** A row that was read before in a transaction which lets nobody delete it meanwhile. */
export function stillThere<Row>(row: Row | null): Row {
  if (row !== null) return row;
  throw new Error('a thing of the library has gone while the library was locked');
}
