#!/bin/sh
# Keeps the lists of packages, publishers, boot environments and pools and an archive of configuration files, in a
# directory named for the time. Older backups of this script are removed, except for the number to keep.
# Facts: backupPath.
# Exit codes: 0 the backup is complete, 1 it could not be made, 2 a parameter is wrong.
set -u
umask 077
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

directory=${PATCHBAY_DIRECTORY:-/var/backups/patchbay}
sources=${PATCHBAY_SOURCES:-/etc}
keep=${PATCHBAY_KEEP:-5}
case $directory in /*) ;; *) fail 2 'PATCHBAY_DIRECTORY must be an absolute path' ;; esac
case $keep in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_KEEP must be a number from 1 on, not \"$keep\"" ;; esac

IFS=:
set -f
# shellcheck disable=SC2086 # taken apart at the colons on purpose
set -- $sources
unset IFS
set +f
for source in "$@"; do
  if [ ! -e "$source" ]; then fail 2 "$source does not exist"; fi
done

mkdir -p "$directory" || fail 1 "cannot make $directory"
backup=$directory/$(date -u +%Y%m%dT%H%M%SZ)-$$
partial=$backup.partial
mkdir "$partial" || fail 1 "cannot make $partial"
trap 'rm -rf "$partial"' EXIT
trap 'exit 1' HUP INT TERM

pkg list -Hv >"$partial/packages.txt" || fail 1 'the list of packages could not be written'
pkg publisher >"$partial/publishers.txt" 2>&1
beadm list >"$partial/boot-environments.txt" 2>&1
zpool list >"$partial/pools.txt" 2>&1
svcs -a >"$partial/services.txt" 2>&1

if ! tar -cf "$partial/files.tar" "$@" 2>"$partial/tar.log"; then
  cat "$partial/tar.log" >&2
  fail 1 'the archive could not be written'
fi
if command -v gzip >/dev/null; then
  gzip "$partial/files.tar" || fail 1 'the archive could not be compressed'
fi
mv "$partial" "$backup" || fail 1 "cannot make $backup"
echo "The backup is in $backup:"
ls -l "$backup"
fact backupPath "$backup"

# Names begin with the time, so their order is the order in time.
set --
for old in "$directory"/[0-9]*T[0-9]*Z-*; do
  case $old in *.partial) ;; *) if [ -d "$old" ]; then set -- "$@" "$old"; fi ;; esac
done
while [ $# -gt "$keep" ]; do
  echo "Removing the older backup $1."
  rm -rf "$1"
  shift
done
