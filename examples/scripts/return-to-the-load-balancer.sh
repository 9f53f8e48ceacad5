#!/bin/sh
rm -f /run/drain.me
echo 'back in service'
