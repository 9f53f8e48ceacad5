/** What dpkg knows of one installed, or partly installed, package. */
export interface DpkgPackage {
  readonly version: string;
  /** The abbreviated status, such as `ii` (as it should be), `hi` (as it should be, and held), `iF` (half configured). */
  readonly state: string;
  /** The version that was configured last; only while a newer one is unpacked and not configured. */
  readonly configuredVersion: string | null;
}

/** For `dpkg-query --show --showformat`: what {@link parseDpkgStatus} reads. */
export const dpkgStatusFormat =
  '${Package}:${Architecture}\\t${Version}\\t${db:Status-Abbrev}\\t${Config-Version}\\n';

/** Reads the output of `dpkg-query`: packages by `name:architecture`. */
export function parseDpkgStatus(output: string): Map<string, DpkgPackage> {
  const packages = new Map<string, DpkgPackage>();
  for (const line of output.split('\n')) {
    const [key = '', version = '', state = '', configuredVersion = ''] = line.split('\t');
    if (key === '' || version === '') continue;
    packages.set(key, { version, state: state.trim(), configuredVersion: configuredVersion || null });
  }
  return packages;
}

/** Whether a package is unpacked and configured. */
export function isInstalled({ state }: DpkgPackage): boolean {
  return state.slice(1) === 'i';
}
