#!/usr/bin/env bash
# Makes the base images that Datlake's tests and image build start from, without an image registry: from Debian packages
# and Go modules. The images get the official names, so that nothing else has to know where they came from.
#
#   make-images.sh [--force] [debian|postgres|minio|mc|maven|all]...     (default: what tests need: the first three)
#
# mc adds MinIO's client to its image, which compose needs; maven is what the Dockerfile builds with.
#
# Images that are present are left alone, unless --force is given. Needs root (debootstrap), a running Docker engine
# (start-docker.sh), Go for MinIO, and for Maven a JDK of the right version and Maven itself.
#
# Packages come from where this machine gets its own: its apt sources, when it runs the same Debian release, else
# DATLAKE_DEBIAN_MIRROR or Debian's own mirrors. Proxies (http_proxy ...) and this machine's authorities are respected.
set -euo pipefail

# Debian 12 and what it holds; ducklake-testing's TestImages names the same images, and a unit test compares the two.
readonly SUITE=bookworm
readonly POSTGRES_VERSION=15
readonly DEBIAN_IMAGE=debian:bookworm-slim
readonly POSTGRES_IMAGE=postgres:15
# MinIO's own last tag is older than the source that is built here; `latest` is the only name that is not a lie.
readonly MINIO_IMAGE=minio/minio:latest
# What deploy/Dockerfile builds with: Temurin of this version, and this Maven, which Maven Central has as an artifact.
readonly JDK_VERSION=25
readonly MAVEN_VERSION=3.9.11
readonly MAVEN_IMAGE=maven:3.9-eclipse-temurin-25

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly here
force=false
work=

say() { echo "make-images.sh: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

clean_up() {
  if [[ -n "$work" ]]; then
    rm -rf --one-file-system "$work"
  fi
}
trap clean_up EXIT

present() {
  [[ "$force" == false ]] && docker image inspect "$1" >/dev/null 2>&1
}

check_tools() {
  [[ "$(id -u)" == 0 ]] || fail "must run as root: debootstrap makes device nodes and changes owners"
  docker version >/dev/null 2>&1 || fail "no Docker engine answers: run start-docker.sh first"
  if ! command -v debootstrap >/dev/null; then
    command -v apt-get >/dev/null || fail "debootstrap is missing: install it"
    say "installing debootstrap"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap debian-archive-keyring >&2
  fi
}

# Prints "URI suite" for each repository of the release, as this machine knows them.
repositories() {
  local own=''
  if grep -qs "^VERSION_CODENAME=$SUITE\$" /etc/os-release && grep -qs '^ID=debian$' /etc/os-release; then
    # The suite's own repositories only; other vendors' have nothing to do in a base image.
    own="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
      | awk -v suite="$SUITE" '$2 == suite || $2 == suite "-updates" || $2 == suite "-security"' | sort -u)"
  fi
  if [[ -n "${DATLAKE_DEBIAN_MIRROR:-}" ]]; then
    echo "$DATLAKE_DEBIAN_MIRROR $SUITE"
    echo "$DATLAKE_DEBIAN_MIRROR $SUITE-updates"
  elif [[ "$own" == *" $SUITE"* ]]; then
    echo "$own"
  else
    echo "http://deb.debian.org/debian $SUITE"
    echo "http://deb.debian.org/debian $SUITE-updates"
    echo "http://deb.debian.org/debian-security $SUITE-security"
  fi
}

# Runs a command in the root file system, with this machine's network, proxies and authorities, and no services started.
in_root() {
  DEBIAN_FRONTEND=noninteractive chroot "$1" "${@:2}" >&2
}

apt_in_root() {
  local authorities=()
  if [[ -s "$1/tmp/authorities.crt" ]]; then
    authorities=(-o Acquire::https::CAInfo=/tmp/authorities.crt)
  fi
  in_root "$1" apt-get -qq -y --no-install-recommends "${authorities[@]}" "${@:2}"
}

# What is needed while packages are installed and must not stay in the image.
open_root() {
  cp --remove-destination "$(readlink -f /etc/resolv.conf)" "$1/etc/resolv.conf"
  cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$1/tmp/authorities.crt" 2>/dev/null || true
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 755 "$1/usr/sbin/policy-rc.d"
}

close_root() {
  rm -f "$1/etc/resolv.conf" "$1/tmp/authorities.crt" "$1/usr/sbin/policy-rc.d" "$1/etc/hostname"
  rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/archives/*.deb "$1"/var/cache/apt/*.bin "$1"/var/log/*.log \
    "$1"/var/log/apt/* "$1"/var/cache/debconf/*-old "$1"/var/cache/ldconfig/*
}

# The root file system of Debian, made once per run: $work/debian.
make_root() {
  if [[ -d "$work/debian" ]]; then
    return
  fi
  local mirror
  mirror="$(repositories | awk -v suite="$SUITE" '$2 == suite {print $1; exit}')"
  say "debootstrap of $SUITE from its mirror"
  debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    "$SUITE" "$work/debian" "$mirror" >"$work/debootstrap.log" 2>&1 || {
    tail -n 20 "$work/debootstrap.log" >&2
    fail "debootstrap failed"
  }
  # "slim": manuals and translations stay out, now and with every further package.
  cat >"$work/debian/etc/dpkg/dpkg.cfg.d/docker-slim" <<'SLIM'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
SLIM
  rm -rf "$work"/debian/usr/share/{man,info,locale}/*
  find "$work/debian/usr/share/doc" -type f ! -name copyright -delete
  repositories | awk '{print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1 " " $2 " main"}' \
    >"$work/debian/etc/apt/sources.list"
  open_root "$work/debian"
  apt_in_root "$work/debian" update
  apt_in_root "$work/debian" upgrade
  close_root "$work/debian"
}

# Turns a root file system and a Dockerfile (standard input) into an image.
import_root() {
  local root="$1" image="$2" context
  context="$(mktemp -d "$work/context.XXXXXX")"
  tar --create --numeric-owner --one-file-system --directory "$root" --file "$context/root.tar" .
  cat >"$context/Dockerfile"
  # The classic builder needs no further plugin, and without RUN lines there is nothing that could need a network.
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$image" "$context" >/dev/null 2>"$work/build.log" || {
    cat "$work/build.log" >&2
    fail "docker build of $image failed"
  }
  rm -rf "$context"
  say "made $image"
}

make_debian() {
  make_root
  import_root "$work/debian" "$DEBIAN_IMAGE" <<'DOCKERFILE'
FROM scratch
ADD root.tar /
CMD ["bash"]
DOCKERFILE
}

make_postgres() {
  make_root
  say "installing PostgreSQL $POSTGRES_VERSION"
  local root="$work/postgres"
  cp -a "$work/debian" "$root"
  open_root "$root"
  # Debian would create a cluster of its own; the entrypoint makes one in the volume.
  mkdir -p "$root/etc/postgresql-common"
  echo 'create_main_cluster = false' >"$root/etc/postgresql-common/createcluster.conf"
  apt_in_root "$root" update
  apt_in_root "$root" install "postgresql-$POSTGRES_VERSION"
  close_root "$root"
  mkdir -p "$root/docker-entrypoint-initdb.d" "$root/usr/local/bin"
  install -m 755 "$here/postgres-entrypoint.sh" "$root/usr/local/bin/docker-entrypoint.sh"
  # As in the official image: reachable from other containers, and the log goes to the container's log.
  in_root "$root" sh -c "echo \"listen_addresses = '*'\" >>/usr/share/postgresql/$POSTGRES_VERSION/postgresql.conf.sample"
  in_root "$root" sh -c 'mkdir -p /var/lib/postgresql/data && chown postgres:postgres /var/lib/postgresql/data'
  import_root "$root" "$POSTGRES_IMAGE" <<DOCKERFILE
FROM scratch
ADD root.tar /
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/$POSTGRES_VERSION/bin \\
    LANG=C.UTF-8 PG_MAJOR=$POSTGRES_VERSION PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["docker-entrypoint.sh"]
# A fast shutdown instead of waiting for every client.
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
DOCKERFILE
  rm -rf --one-file-system "$root"
}

make_minio() {
  local context binary
  binary="$("$here/build-minio.sh")"
  docker image inspect "$DEBIAN_IMAGE" >/dev/null 2>&1 || make_debian
  context="$(mktemp -d "$work/minio.XXXXXX")"
  cp "$binary" "$context/minio"
  install -m 755 "$here/minio-entrypoint.sh" "$context/docker-entrypoint.sh"
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$MINIO_IMAGE" --file - "$context" >/dev/null 2>"$work/build.log" <<DOCKERFILE || fail "$(<"$work/build.log")"
FROM $DEBIAN_IMAGE
COPY minio /usr/bin/minio
COPY docker-entrypoint.sh /usr/bin/docker-entrypoint.sh
VOLUME /data
ENTRYPOINT ["/usr/bin/docker-entrypoint.sh"]
EXPOSE 9000
CMD ["minio"]
DOCKERFILE
  say "made $MINIO_IMAGE"
}

make_mc() {
  local context
  present "$MINIO_IMAGE" || make_minio
  context="$(mktemp -d "$work/mc.XXXXXX")"
  cp "$("$here/build-minio.sh" mc)" "$context/mc"
  DOCKER_BUILDKIT=0 docker build --quiet --tag "$MINIO_IMAGE" --file - "$context" >/dev/null 2>"$work/build.log" <<DOCKERFILE || fail "$(<"$work/build.log")"
FROM $MINIO_IMAGE
COPY mc /usr/bin/mc
DOCKERFILE
  say "added mc to $MINIO_IMAGE"
}

# Prints the home of this machine's Temurin.
temurin_home() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if grep -qs '^IMPLEMENTOR="Eclipse Adoptium"$' "$home/release" &&
      grep -qs "^JAVA_VERSION=\"$JDK_VERSION\b" "$home/release"; then
      readlink -f "$home"
      return
    fi
  done
  fail "no JDK $JDK_VERSION of Eclipse Temurin: set JAVA_HOME to one, or install one below /usr/lib/jvm"
}

make_maven() {
  local root="$work/maven" jdk
  jdk="$(temurin_home)"
  make_root
  say "adding Temurin $JDK_VERSION and Maven $MAVEN_VERSION"
  cp -a "$work/debian" "$root"
  open_root "$root"
  apt_in_root "$root" update
  # As in the official image: binutils, for whoever links a Java runtime of its own.
  apt_in_root "$root" install binutils ca-certificates curl
  close_root "$root"
  mkdir -p "$root/opt/java" "$root/usr/share/maven"
  cp -a "$jdk" "$root/opt/java/openjdk"
  # Packaged JDKs link to the system's authorities; the image has them in place.
  cp --remove-destination -L "$jdk/lib/security/cacerts" "$root/opt/java/openjdk/lib/security/cacerts"
  # Behind a proxy with an authority of its own, this machine's bundle is the one that works.
  cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/etc/ssl/certs/ca-certificates.crt"
  mvn --quiet --batch-mode org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy \
    -Dartifact="org.apache.maven:apache-maven:$MAVEN_VERSION:tar.gz:bin" -DoutputDirectory="$work" >&2 ||
    fail "Maven $MAVEN_VERSION could not be fetched"
  tar --extract --file "$work/apache-maven-$MAVEN_VERSION-bin.tar.gz" --strip-components 1 --no-same-owner \
    --directory "$root/usr/share/maven"
  ln -s /usr/share/maven/bin/mvn "$root/usr/bin/mvn"
  import_root "$root" "$MAVEN_IMAGE" <<'DOCKERFILE'
FROM scratch
ADD root.tar /
ENV JAVA_HOME=/opt/java/openjdk MAVEN_HOME=/usr/share/maven LANG=C.UTF-8 \
    PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["mvn"]
DOCKERFILE
  rm -rf --one-file-system "$root"
}

# An image that an earlier version of this script made may lack what is needed now.
complete() {
  [[ "$1" != "$MAVEN_IMAGE" ]] || docker run --rm "$1" strip --version >/dev/null 2>&1
}

main() {
  local wanted=() name image
  while (($#)); do
    case "$1" in
      --force) force=true ;;
      all) wanted+=(debian postgres minio mc maven) ;;
      debian | postgres | minio | mc | maven) wanted+=("$1") ;;
      *) fail "unknown argument '$1'; usage: make-images.sh [--force] [debian|postgres|minio|mc|maven|all]..." ;;
    esac
    shift
  done
  if ((${#wanted[@]} == 0)); then
    wanted=(debian postgres minio)
  fi

  check_tools
  work="$(mktemp -d "${TMPDIR:-/var/tmp}/datlake-images.XXXXXX")"
  # debootstrap's root must be reachable for the package manager's own unprivileged user.
  chmod 755 "$work"
  for name in "${wanted[@]}"; do
    case "$name" in
      debian) image="$DEBIAN_IMAGE" ;;
      postgres) image="$POSTGRES_IMAGE" ;;
      minio) image="$MINIO_IMAGE" ;;
      mc) image="$MINIO_IMAGE with mc" ;;
      maven) image="$MAVEN_IMAGE" ;;
    esac
    if present "$image" && complete "$image"; then
      say "$image is present"
    else
      "make_$name"
    fi
  done
}

main "$@"
