/** Tags of distributions inside a kernel's release, such as `el9_4` or `bpo`, which do not tell flavours apart. */
const distributionTag = /^(?:el|fc|amzn|bpo|deb|lp)[\d_]*$/;

/** The flavour in a kernel's release: `cloud-amd64` in `6.1.0-42-cloud-amd64`, `generic` in `6.8.0-45-generic`. */
export function kernelFlavour(release: string): string {
  return release
    .split(/[-.+~]/)
    .filter((part) => !/^(?:\d.*)?$/.test(part) && !distributionTag.test(part))
    .join('-');
}

/** Orders kernel releases as `sort -V` does: runs of digits by value, everything else by character. */
export function compareReleases(one: string, other: string): number {
  const parts = (release: string): string[] => release.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(one), parts(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [a = '', b = ''] = [left[at], right[at]];
    if (a === b) continue;
    const byValue = Number(a) - Number(b);
    return /^\d+$/.test(a) && /^\d+$/.test(b) && byValue !== 0 ? byValue : a < b ? -1 : 1;
  }
  return 0;
}

/**
 * The newest installed kernel of the running one's flavour when that is newer than the running one, else null. Also
 * null when the running kernel is not among the installed: then it comes from outside, as in a container or a microVM.
 */
export function newerKernel(running: string, installed: readonly string[]): string | null {
  if (!installed.includes(running)) return null;
  const newest = installed
    .filter((release) => kernelFlavour(release) === kernelFlavour(running))
    .sort(compareReleases)
    .at(-1);
  return newest === undefined || newest === running ? null : newest;
}
