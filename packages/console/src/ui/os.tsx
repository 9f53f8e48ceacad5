import {
  type OperatingSystem,
  operatingSystemNames,
  operatingSystems,
} from '@patchbay/domain/operating-system';
import { IconBrandDebian, IconBrandWindows, IconServer, IconServer2 } from '@tabler/icons-react';

const icons: Readonly<Record<OperatingSystem, typeof IconServer>> = {
  linux: IconBrandDebian,
  windows: IconBrandWindows,
  aix: IconServer,
  solaris: IconServer2,
};

/** Operating systems to choose from. */
export const osOptions = operatingSystems.map((os) => ({ value: os, label: operatingSystemNames[os] }));

/** The sign and the name of an operating system. */
export function Os({ os, children }: { readonly os: OperatingSystem; readonly children?: string }) {
  const Icon = icons[os];
  return (
    <span className="status-mark">
      <Icon size={15} stroke={1.8} aria-hidden="true" className="quiet" />
      <span className="clip">{children ?? operatingSystemNames[os]}</span>
    </span>
  );
}
