#!/bin/sh
# Takes snapshots of logical volumes before patching, or removes those that it has taken. To go back to one:
# lvconvert --merge VOLUMEGROUP/NAME, and reboot.
# Facts: snapshots (VOLUMEGROUP/NAME, separated by commas).
# Exit codes: 0 done; 1 LVM failed, and no snapshot of this run is left; 2 a parameter is wrong;
# 3 LVM is not installed; 4 refused: not a logical volume, too little space in the volume group, or taken already.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

action=${PATCHBAY_ACTION:-list}
points=${PATCHBAY_MOUNT_POINTS:-/}
percent=${PATCHBAY_SIZE_PERCENT:-20}
tag=patchbay
case $percent in '' | 0 | *[!0-9]*) fail 2 "PATCHBAY_SIZE_PERCENT must be a number from 1 on, not \"$percent\"" ;; esac
for command in lvs vgs lvcreate lvremove findmnt; do
  command -v "$command" >/dev/null || fail 3 "LVM is not installed: there is no $command"
done

# Prints "VOLUMEGROUP VOLUME MEGABYTES POOL" for the logical volume that is mounted there; POOL is - without a thin pool.
volume_at() {
  device=$(findmnt --noheadings --output SOURCE --target "$1") || return 1
  lvs --noheadings --units m --nosuffix --separator ' ' --options vg_name,lv_name,lv_size,pool_lv "$device" 2>/dev/null |
    awk 'NF >= 3 { print $1, $2, int($3), (NF > 3 ? $4 : "-") }'
}
free_megabytes() { vgs --noheadings --units m --nosuffix --options vg_free "$1" | awk '{ print int($1) }'; }
taken() { lvs --noheadings --separator / --options vg_name,lv_name "@$tag" 2>/dev/null | awk '{ print $1 }'; }

# All are looked at before the first is taken. Prints "VOLUMEGROUP VOLUME MEGABYTES", 0 in a thin pool.
plan() {
  set -f
  IFS=:
  for point in $points; do
    unset IFS
    volume=$(volume_at "$point")
    if [ -z "$volume" ]; then fail 4 "$point is not on a logical volume: no snapshot can be taken"; fi
    # shellcheck disable=SC2086 # taken apart on purpose
    set -- $volume
    if taken | grep -qxF -e "$1/$2_$tag"; then fail 4 "there is a snapshot $1/$2_$tag already"; fi
    if [ "$4" != - ]; then echo "$1 $2 0"; else echo "$1 $2 $(($3 * percent / 100 + 4))"; fi
  done
}

require_space() {
  printf '%s\n' "$1" | awk '{ wanted[$1] += $3 } END { for (group in wanted) print group, wanted[group] }' |
    while read -r group wanted; do
      free=$(free_megabytes "$group")
      if [ "$wanted" -gt "$free" ]; then
        fail 4 "the volume group $group has $free MB free, the snapshots need $wanted MB"
      fi
    done
}

take() {
  if [ "$3" -eq 0 ]; then
    lvcreate --yes --snapshot --addtag "$tag" --name "$2_$tag" "$1/$2" >&2
  else
    lvcreate --yes --snapshot --addtag "$tag" --size "${3}m" --name "$2_$tag" "$1/$2" >&2
  fi
}

list() { taken | tr '\n' ',' | sed 's/,$//'; }

case $action in
  list) ;;
  create)
    planned=$(plan) || exit $?
    require_space "$planned" || exit $?
    done=
    while read -r group volume size; do
      if take "$group" "$volume" "$size" </dev/null; then
        done="$done $group/${volume}_$tag"
        continue
      fi
      for snapshot in $done; do lvremove --yes "$snapshot" >&2 </dev/null; done
      fail 1 "no snapshot of $group/$volume could be taken"
    done <<EOF
$planned
EOF
    ;;
  remove)
    for snapshot in $(taken); do
      lvremove --yes "$snapshot" </dev/null || fail 1 "$snapshot could not be removed"
    done
    ;;
  *) fail 2 "PATCHBAY_ACTION must be list, create or remove, not \"$action\"" ;;
esac
fact snapshots "$(list)"
echo "Snapshots: $(list)"
