/** The numbers in a version, in order, without zeros at the end: `12.0` is `12`. The database has the same function. */
export function versionNumbers(version: string): bigint[] {
  const significant = version.replace(/([0-9])(?:[^0-9]+0+)*[^0-9]*$/, '$1');
  return (significant.match(/[0-9]+/g) ?? []).map(BigInt);
}

/** Negative when the first version is below the second, positive when it is above. */
export function compareVersions(one: readonly bigint[], other: readonly bigint[]): number {
  for (const [index, number] of one.entries()) {
    const second = other[index];
    if (second === undefined || number > second) return 1;
    if (number < second) return -1;
  }
  return one.length - other.length;
}
