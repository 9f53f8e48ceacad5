#!/bin/sh
# Prints what helps to understand a problem: system, load, space, network, services, packages, latest errors.
# Changes nothing. What this endpoint does not have is left out.
# Exit codes: 0.
set -u

lines=${PATCHBAY_LINES:-50}
case $lines in '' | *[!0-9]*) lines=50 ;; esac
if command -v timeout >/dev/null; then limited() { timeout 30 "$@"; }; else limited() { "$@"; }; fi

# section TITLE COMMAND [ARGUMENT...]
section() {
  title=$1
  shift
  command -v "$1" >/dev/null || return 0
  printf '\n== %s ==\n' "$title"
  limited "$@" 2>&1 </dev/null | head -n "$lines"
}

section 'System' uname -a
section 'Distribution' cat /etc/os-release
section 'Time' date
section 'Uptime and load' uptime
section 'Memory' free -m
section 'Pressure' grep -H . /proc/pressure/cpu /proc/pressure/io /proc/pressure/memory
section 'Disk space' df -hP
section 'Inodes' df -iP
section 'Busiest processes' ps -eo pid,user,pcpu,pmem,etime,comm --sort=-pcpu
section 'Addresses' ip -brief address
section 'Routes' ip route
section 'Listening sockets' ss -tuln
section 'Logged-in users' who
section 'Latest boots and reboots' last -x -n 10 reboot shutdown
section 'Failed units' systemctl --no-pager --failed
section 'Latest errors' journalctl --no-pager --quiet --boot --priority=err --lines="$lines"
section 'Kernel messages' dmesg --level=err,warn
section 'Packages that are not installed properly' dpkg --audit
section 'Held packages' apt-mark showhold
section 'Latest package changes' tail -n 30 /var/log/apt/history.log
section 'Latest package changes' tail -n 30 /var/log/dnf.rpm.log
section 'Latest package changes' tail -n 30 /var/log/zypp/history
exit 0
