/** The families of operating systems that endpoints, tasks and workflows are for. */
export const operatingSystems = ['linux', 'windows', 'aix', 'solaris'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** The families' names as people write them. */
export const operatingSystemNames: Readonly<Record<OperatingSystem, string>> = {
  linux: 'Linux',
  windows: 'Windows',
  aix: 'AIX',
  solaris: 'Solaris',
};
