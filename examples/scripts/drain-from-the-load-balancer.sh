#!/bin/sh
# Exit codes: 0 drained, 3 still in use when patience ran out.
touch /run/drain.me
waited=0
while [ -n "$(ss -Htn state established "sport = :$PATCHBAY_PORT")" ]; do
  if [ "$waited" -ge "$PATCHBAY_PATIENCE" ]; then
    echo "connections are left after $waited s"
    exit 3
  fi
  sleep 1
  waited=$((waited + 1))
done
echo "drained after $waited s"
echo "drainedAfterSeconds=$waited" >> "$PATCHBAY_FACTS"
