#!/bin/sh
# Prints what helps to understand a problem: system, packages, faults, services, pools, space, network.
# Changes nothing. What this endpoint does not have is left out.
# Exit codes: 0.
set -u
# The tools of the standard come first: those of the same name in /usr/bin are older.
PATH=/usr/xpg4/bin:$PATH
export PATH

lines=${PATCHBAY_LINES:-50}
case $lines in '' | *[!0-9]*) lines=50 ;; esac

# section TITLE COMMAND [ARGUMENT...]
section() {
  title=$1
  shift
  command -v "$1" >/dev/null || return 0
  printf '\n== %s ==\n' "$title"
  "$@" 2>&1 </dev/null | head -n "$lines"
}

section 'System' uname -a
section 'Release' cat /etc/release
section 'Time' date
section 'Uptime and load' uptime
section 'Last boots' last -n 10 reboot
section 'Processors' psrinfo -v
section 'Memory' vmstat 1 2
section 'Swap' swap -l
section 'Busiest processes' ps -e -o pid,user,pcpu,vsz,etime,comm
section 'Faults' fmadm faulty
section 'Services with problems' svcs -xv
section 'Pools' zpool list
section 'Pools with problems' zpool status -x
section 'Disk space' df -k
section 'Boot environments' beadm list
section 'Publishers' pkg publisher
section 'Installed release' pkg list entire
section 'Latest package operations' pkg history -n 20
section 'Zones' zoneadm list -cv
section 'Addresses' ipadm show-addr
section 'Links' dladm show-link
section 'Routes' netstat -rn
section 'Logged-in users' who
section 'Latest messages' tail -n 50 /var/adm/messages
exit 0
