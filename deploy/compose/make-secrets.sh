#!/usr/bin/env bash
# Makes the passwords and keys of the local stack, each once, into the volume of whoever reads it.
set -euo pipefail

random() { od --address-radix=n --format=x1 --read-bytes=24 /dev/urandom | tr -d ' \n'; }

# Writes a value to a file that does not exist yet. The folder is mounted into the containers of its readers only.
keep() {
  local file="/secrets/$1"
  if [[ ! -s "$file" ]]; then
    printf '%s' "$2" >"$file.new"
    mv "$file.new" "$file"
  fi
}

# Both sides of one secret; the second copies what the first has.
keep postgres/superuser-password "$(random)"
keep postgres/ducklake-password "$(random)"
keep backend/ducklake-password "$(</secrets/postgres/ducklake-password)"
keep minio/root-user datlake-admin
keep minio/root-password "$(random)"
keep backend/write-access-key ducklake-write
keep backend/write-secret-key "$(random)"
keep backend/maintenance-access-key ducklake-maintenance
keep backend/maintenance-secret-key "$(random)"
