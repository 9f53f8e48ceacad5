#!/bin/sh
# Prints what helps to understand a problem: system, levels, errors, space, volumes, network, subsystems.
# Changes nothing. What this endpoint does not have is left out.
# Exit codes: 0.
set -u

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
section 'System level' oslevel -s
section 'Technology levels' oslevel -rq
section 'Interim fixes' emgr -l
section 'Time' date
section 'Uptime and load' uptime
section 'Last boots' last -n 10 reboot
section 'Partition' lparstat -i
section 'Memory' svmon -G
section 'Processors and load' vmstat 1 2
section 'Paging space' lsps -a
section 'Disk space' df -g
section 'Disks' lspv
section 'Volume groups in use' lsvg -o
section 'Logical volumes of rootvg' lsvg -l rootvg
section 'Boot list' bootlist -m normal -o
section 'Interfaces' netstat -in
section 'Routes' netstat -rn
section 'Subsystems' lssrc -a
section 'Logged-in users' who
section 'Error log' errpt
section 'Inconsistent filesets' lppchk -v
exit 0
