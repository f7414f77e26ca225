#!/bin/sh
# Entrypoint of the locally made `minio/minio` image: `server /data` and `minio server /data` mean the same, as in the
# official image.
set -eu

if [ "${1:-}" != minio ] && [ "${1:-}" != sh ] && [ -n "${1:-}" ]; then
  set -- minio "$@"
fi
exec "$@"
