#!/bin/sh
# Dumps the PostgreSQL in CQ_DATABASE_URL into a folder of its own, and removes all but the newest dumps: backup.sh FOLDER [KEEP]
# A dump has its name only when all of it was read again, and is on the disk; nothing is removed before.
set -eu
folder=$1
keep=${2:-7}
case $keep in '' | 0* | *[!0-9]*) echo "backup.sh: $keep is no number of dumps to keep" >&2 && exit 2 ;; esac
umask 077
dump=$folder/cq-$(date -u +%Y%m%dT%H%M%SZ)-$$.dump
trap 'rm -f "$dump.partial"' EXIT
pg_dump --format=custom --file="$dump.partial" "$CQ_DATABASE_URL"
pg_restore --file=/dev/null "$dump.partial"
mv "$dump.partial" "$dump"
echo "$dump"
for old in "$folder"/cq-????????T??????Z-*.dump; do
  if [ -f "$old" ] && [ ! -L "$old" ]; then echo "$old"; fi
done | sort -r | tail -n "+$((keep + 1))" | while IFS= read -r old; do
  rm -f "$old"
done
