#!/bin/sh
# Puts the dump into the bucket for backups. Second half of the CronJob; its key may write there and needs no other right.
set -eu

export MC_CONFIG_DIR=/work/mc
printf '{"url": "%s", "accessKey": "%s", "secretKey": "%s", "api": "S3v4", "path": "auto"}' \
  "$BACKUP_ENDPOINT" "$(cat /run/secrets/backup/access-key)" "$(cat /run/secrets/backup/secret-key)" |
  mc alias import store /dev/stdin >/dev/null
for file in /work/catalog-*.dump; do
  mc cp --quiet "$file" "store/$BACKUP_BUCKET/$(basename "$file")"
done
