#!/bin/sh
# Copies rootvg to alternate disks before patching. A copy that is there already is replaced; a disk that holds
# anything else is refused. The boot list stays as it is.
# Facts: alternateDisks (separated by blanks).
# Exit codes: 0 copied, 1 the copy failed, 2 a parameter is wrong, 4 refused: a disk is in use or does not exist.
set -u

fact() { printf '%s=%s\n' "$1" "$2" >>"${PATCHBAY_FACTS:-/dev/null}"; }
fail() {
  echo "$2" >&2
  exit "$1"
}

disks=${PATCHBAY_DISKS:-}
case $disks in '' | *[!a-z0-9\ ]*) fail 2 'PATCHBAY_DISKS must be names of disks such as hdisk1, separated by blanks' ;; esac

group_of() { lspv | awk -v disk="$1" '$1 == disk { print $3 }'; }

for disk in $disks; do
  group=$(group_of "$disk")
  case $group in
    None | altinst_rootvg) ;;
    '') fail 4 "there is no disk $disk" ;;
    *) fail 4 "$disk is in use by $group" ;;
  esac
done
# There is but one altinst_rootvg: it may stand only on disks that are to be written anyway.
for disk in $(lspv | awk '$3 == "altinst_rootvg" { print $1 }'); do
  case " $disks " in *" $disk "*) ;; *) fail 4 "there is a copy on $disk, which is not among the given disks" ;; esac
done

if lspv | grep -q altinst_rootvg; then
  alt_rootvg_op -X altinst_rootvg || fail 1 'the earlier copy could not be removed'
fi
alt_disk_copy -B -d "$disks" || fail 1 'alt_disk_copy failed'
for disk in $disks; do
  if [ "$(group_of "$disk")" != altinst_rootvg ]; then fail 1 "$disk does not hold altinst_rootvg after the copy"; fi
done
fact alternateDisks "$disks"
echo "rootvg is copied to $disks."
