#!/bin/sh
# Removes kernels that are neither running nor among the newest, to make room in /boot.
# Facts: removedKernels (packages, separated by commas).
# Exit codes: 0 removed, or there was nothing to remove; 1 the package manager failed; 2 a parameter is wrong;
# 3 there is no package manager that this script knows.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

keep=${PATCHBAY_KEEP:-2}
case $keep in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_KEEP must be a number from 1 on, not \"$keep\"" ;; esac

installed() { dpkg-query --show --showformat='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p'; }

# The releases to remove, then everything that belongs to them.
old_deb_packages() {
  installed 'linux-image-[0-9]*' 'linux-image-unsigned-[0-9]*' |
    sed -e 's/^linux-image-//' -e 's/^unsigned-//' | sort -Vru | tail -n "+$((keep + 1))" |
    grep -vxF -e "$(uname -r)" | while IFS= read -r release; do
    installed "linux-image-$release" "linux-image-unsigned-$release" "linux-headers-$release" \
      "linux-modules-$release" "linux-modules-extra-$release"
  done
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  old=$(old_deb_packages)
  remove() { DEBIAN_FRONTEND=noninteractive apt-get -q -y purge "$@" </dev/null; }
elif command -v zypper >/dev/null; then
  # It decides by itself, by multiversion.kernels in /etc/zypp/zypp.conf.
  old=$(zypper --non-interactive purge-kernels --dry-run | sed -n 's/^  *\(kernel-[^ ].*\)$/\1/p')
  remove() { zypper --non-interactive purge-kernels; }
elif command -v dnf >/dev/null; then
  old=$(dnf -q repoquery --installonly --latest-limit="-$keep" | grep -vF -e "$(uname -r)")
  remove() { dnf -q -y remove "$@" </dev/null; }
elif command -v package-cleanup >/dev/null; then
  old=$(package-cleanup -q --oldkernels --count="$keep" </dev/null | grep '^kernel')
  remove() { package-cleanup -q -y --oldkernels --count="$keep" </dev/null; }
else
  fail 3 'there is no package manager that this script knows (apt, dnf, package-cleanup of yum, zypper)'
fi

if [ -z "$old" ]; then
  echo 'There is no kernel to remove.'
  fact removedKernels ''
  exit 0
fi
# shellcheck disable=SC2086 # names of packages hold no blanks
remove $old || fail 1 'the package manager could not remove them'
removed=$(printf '%s\n' "$old" | tr -s ' \n' ',,' | sed 's/,$//')
echo "Removed: $removed"
fact removedKernels "$removed"
