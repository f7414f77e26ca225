#!/usr/bin/env bash
# Repacks large jars without compression, for the same reason as the runtime's classes: the layer is compressed as a
# whole. Only large ones, because each costs space where the image is unpacked. What this program does not do goes:
# Snappy's libraries for every platform, which an upload of many objects in one archive would load; Guava's graphs, event
# bus and escapers of documents; and Micrometer's meters for other servers and libraries.
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
    rm -rf org/xerial/snappy/native com/google/common/{graph,eventbus,html,xml}
    # Would name packages that are gone; the program runs from the class path.
    rm -f module-info.class META-INF/versions/*/module-info.class
    (
      cd io/micrometer/core/instrument/binder 2>/dev/null || exit 0
      rm -rf commonspool2 db grpc httpcomponents hystrix jersey jetty jpa kafka mongodb netty4 okhttp3 tomcat
    )
    find . -type f -printf '%P\n' | LC_ALL=C sort >../names
    jar --create --file "$jar" --no-compress --no-manifest --date=1980-01-01T00:00:02Z @../names
  )
  rm -r "$work/content"
done
rm -r "$work"
