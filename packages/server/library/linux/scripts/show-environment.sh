#!/bin/sh
# Prints what a script finds when it runs on this endpoint: user, directory, limits, commands; changes nothing. Of
# variables only the names are printed.
# Exit codes: 0.
set -u

echo "User: $(id)"
echo "Directory: $(pwd)"
echo "Umask: $(umask)"
echo "Path: $PATH"
echo "Language: ${LC_ALL:-${LANG:-none}}"
echo 'Variables:'
env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/  \1/p' | sort
echo 'Limits:'
cat /proc/self/limits
echo 'Commands:'
for command in at bash curl openssl perl python3 systemctl systemd-run timeout wget; do
  printf '  %s: %s\n' "$command" "$(command -v "$command" || echo none)"
done
exit 0
