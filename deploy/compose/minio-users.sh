#!/bin/sh
# Makes the lake's bucket and two users: one that writes and may not delete, one for maintenance that may. DuckLake deletes
# files of a commit whose answer was lost, although it may have succeeded; so the key that writes must not be able to.
set -eu

bucket=ducklake-data
minio=/run/secrets/minio
backend=/run/secrets/backend
MC_HOST_lake="http://$(cat "$minio/root-user"):$(cat "$minio/root-password")@minio:9000"
export MC_HOST_lake MC_CONFIG_DIR=/tmp/mc

# A policy and a user of the same name that has it.
user() {
  mc admin policy create lake "$1" "/compose/$1.json"
  printf '%s\n%s\n' "$1" "$(cat "$2")" | mc --quiet admin user add lake
  # It fails when the user has the policy already; what counts is that it does.
  mc admin policy attach lake "$1" --user "$1" >/dev/null 2>&1 || true
  mc admin user info lake "$1" | grep -q "PolicyName: $1"
}

mc mb --ignore-existing --with-versioning "lake/$bucket"
user ducklake-write "$backend/write-secret-key"
user ducklake-maintenance "$backend/maintenance-secret-key"
