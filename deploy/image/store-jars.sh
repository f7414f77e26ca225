#!/usr/bin/env bash
# Repacks the largest jars of others without compression, for the same reason as the runtime's classes: the layer is
# compressed as a whole. Only the largest, because each costs space where the image is unpacked.
#
#   store-jars.sh FOLDER
set -euo pipefail

work="$(mktemp -d)"
readonly work
find "$1" -name '*.jar' ! -name 'ducklake-*' -size +1000k | sort | while read -r jar; do
  mkdir "$work/content"
  (cd "$work/content" && jar --extract --file "$jar" && find . ! -name . -type f -printf '%P\n' | LC_ALL=C sort >../names &&
    jar --create --file "$jar" --no-compress --no-manifest --date=1980-01-01T00:00:02Z @../names)
  rm -r "$work/content"
done
rm -r "$work"
