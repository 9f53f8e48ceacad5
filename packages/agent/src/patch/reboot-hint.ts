/** Packages that take effect only with a reboot, on Debian and its relatives. */
const rebootPackage =
  /^(?:linux-image(?:-.+)?|linux-(?:generic|virtual|aws|azure|gcp|oracle|kvm|raspi)(?:-.+)?|libc6|systemd|systemd-sysv|libsystemd0|udev|dbus|dbus-daemon|dbus-broker|intel-microcode|amd64-microcode)$/;

/** Whether a patch of this package most likely asks for a reboot (E-03). */
export function hintsReboot(packageName: string): boolean {
  return rebootPackage.test(packageName.split(':')[0] ?? packageName);
}
