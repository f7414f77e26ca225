#!/usr/bin/env bash
# Repacks large jars without compression, for the same reason as the runtime's classes: the layer is compressed as a
# whole. Only large ones, because each costs space where the image is unpacked. Snappy's libraries for every platform
# go: what would load them, an upload of many objects in one archive, is nothing that this program does.
#
#   repack-jars.sh FOLDER
set -euo pipefail

work="$(mktemp -d)"
readonly work
find "$1" -name '*.jar' -size +700k | sort | while read -r jar; do
  mkdir "$work/content"
  (
    cd "$work/content"
    jar --extract --file "$jar"
    rm -rf org/xerial/snappy/native
    find . -type f -printf '%P\n' | LC_ALL=C sort >../names
    jar --create --file "$jar" --no-compress --no-manifest --date=1980-01-01T00:00:02Z @../names
  )
  rm -r "$work/content"
done
rm -r "$work"
