/** In SQL: the indexes of those conditions that hold, ascending, as a text that {@link readPlaces} reads. */
export function placesSql(conditions: readonly string[]): string {
  const places = conditions.map((condition, index) => `case when ${condition} then ${index} end`);
  return `array_to_string(array[${places.join(', ')}]::integer[], ',')`;
}

/** Reads what {@link placesSql} has found: many rows say the same, and share one array. */
export function readPlaces(): (text: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const places = known.get(text) ?? (text === '' ? [] : text.split(',').map(Number));
    known.set(text, places);
    return places;
  };
}
