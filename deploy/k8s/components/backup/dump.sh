#!/bin/sh
# Dumps the catalog's database into /work, in one consistent view, while others write. First half of the CronJob.
set -eu
umask 077

PGPASSWORD="$(cat /run/secrets/postgres/password)"
export PGPASSWORD
file="/work/catalog-$(date -u +%Y%m%dT%H%M%SZ).dump"
pg_dump --no-password --format=custom --no-owner --no-privileges --file="$file.part"
# A dump that does not hold a lake would be noticed on the day when it is needed.
pg_restore --list "$file.part" | grep -q ' TABLE DATA .* ducklake_data_file ' || {
  echo "the database $PGDATABASE holds no lake" >&2
  exit 1
}
mv "$file.part" "$file"
echo "dumped $PGDATABASE: $(stat -c %s "$file") bytes in $(basename "$file")"
