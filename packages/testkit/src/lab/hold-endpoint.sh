#!/bin/sh
# Holds the disk and the control group of one lab endpoint until its standard input closes, which also
# happens when the process at the other end is killed; then removes every trace of the endpoint.
# First it removes what endpoints left behind whose holder was killed: their lock is free.
# To be started in a mount namespace of its own: its mounts are not seen outside and cannot outlive it.
#
# usage: hold-endpoint.sh DIRECTORY ID IMAGE
#   DIRECTORY  holds the endpoints of this machine
#   ID         of this endpoint
#   IMAGE      root directory that the endpoint's own writes are laid over
set -eu
directory=$1
id=$2
image=$3

discard() {
  cgroup=/sys/fs/cgroup/patchbay-lab-$1
  if [ -d "$cgroup" ]; then
    echo 1 >"$cgroup/cgroup.kill"
    while grep -q 'populated 1' "$cgroup/cgroup.events"; do sleep 0.02; done
    find "$cgroup" -depth -type d -exec rmdir {} +
  fi
  rm -rf --one-file-system "${directory:?}/$1"
  rm -f "$directory/$1.lock"
}

# Every endpoint gets the unified hierarchy alone, whatever this machine mounts, as on a plain Debian.
mount -t cgroup2 cgroup2 /sys/fs/cgroup

mkdir -p "$directory"
exec 8>"$directory/registry"
flock 8
for lock in "$directory"/*.lock; do
  if [ -e "$lock" ] && flock --nonblock "$lock" true; then discard "$(basename "$lock" .lock)"; fi
done
exec 9>"$directory/$id.lock"
flock 9
exec 8>&-

own=$directory/$id
mkdir "/sys/fs/cgroup/patchbay-lab-$id" "$own" "$own/written" "$own/work" "$own/root"
# The disk is thrown away in any case, so nothing waits for it to be synced.
mount -t overlay -o "lowerdir=$image,upperdir=$own/written,workdir=$own/work,volatile" overlay "$own/root"
# Keeps the notes of systemd-nspawn about this endpoint off the machine.
mkdir -p /run/systemd/nspawn
mount -t tmpfs tmpfs /run/systemd/nspawn

echo held
while read -r _; do :; done

cd /
umount --lazy "$own/root"
discard "$id"
