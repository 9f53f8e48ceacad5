#!/bin/sh
# Lists which packages have changed since the latest backup of Backup Before Patching (Linux); changes nothing.
# Facts: packagesAdded, packagesRemoved, packagesChanged (how many).
# Exit codes: 0 listed, also when nothing has changed; 1 there is no backup with a list of packages;
# 2 a parameter is wrong; 3 there is no package database.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

directory=${PATCHBAY_DIRECTORY:-/var/backups/patchbay}
case $directory in /*) ;; *) fail 2 'PATCHBAY_DIRECTORY must be an absolute path' ;; esac

# Names begin with the time, so their order is the order in time.
latest=
for list in "$directory"/[0-9]*Z-*[0-9]/packages.txt; do
  if [ -e "$list" ]; then latest=$list; fi
done
if [ -z "$latest" ]; then fail 1 "there is no backup with a list of packages in $directory"; fi

# As Backup Before Patching writes them: name, tabulator, version; or name-version-release.architecture.
if command -v dpkg-query >/dev/null; then
  packages() { dpkg-query --show; }
elif command -v rpm >/dev/null; then
  packages() { rpm -qa; }
else
  fail 3 'there is no package database (dpkg, rpm)'
fi

echo "Changes since $latest:"
packages | awk '
  function nameOf(line) {
    if (line ~ /\t/) sub(/\t.*/, "", line); else sub(/-[^-]*-[^-]*$/, "", line)
    return line
  }
  function versionOf(line) { return substr(line, length(nameOf(line)) + 2) }
  NR == FNR { before[$0] = 1; next }
  $0 in before { delete before[$0]; next }
  { fresh[$0] = 1 }
  END {
    for (line in before) if (nameOf(line) != "") old[nameOf(line)] = versionOf(line)
    for (line in fresh) {
      name = nameOf(line)
      if (name in old) { print "~ " name " " old[name] " -> " versionOf(line); changed++; delete old[name] }
      else { print "+ " name " " versionOf(line); added++ }
    }
    for (name in old) { print "- " name " " old[name]; removed++ }
    printf "= %d added, %d removed, %d changed\n", added, removed, changed
  }' "$latest" - | sort | {
  while IFS= read -r line; do
    printf '%s\n' "$line"
    case $line in
      '= '*)
        # shellcheck disable=SC2086 # taken apart on purpose
        set -- $line
        fact packagesAdded "$2"
        fact packagesRemoved "$4"
        fact packagesChanged "$6"
        ;;
    esac
  done
}
