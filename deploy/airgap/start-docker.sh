#!/usr/bin/env bash
# Makes sure that a Docker engine answers. Does nothing when one does; otherwise starts dockerd in the background, waits
# until it answers and prints its process id, so that whoever started it can end it.
set -euo pipefail

readonly log=/var/log/datlake-dockerd.log

say() { echo "start-docker.sh: $*" >&2; }

install_docker() {
  if [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
    say "dockerd is missing. Install Docker, or run this script as root on Debian or Ubuntu."
    exit 1
  fi
  say "installing docker.io and iptables"
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io iptables >&2
}

# Starts dockerd with the given options; fails when it ends, or does not answer within 30 s.
start_daemon() {
  # A session of its own: a signal to this script's terminal must not end the engine.
  setsid dockerd "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    if docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
      return 0
    fi
    if ! kill -0 "$pid" 2>/dev/null; then
      return 1
    fi
    sleep 0.2
  done
  kill "$pid"
  wait "$pid" || true
  return 1
}

if command -v docker >/dev/null && version="$(timeout 10 docker version --format '{{.Server.Version}}' 2>/dev/null)"; then
  say "Docker $version answers already"
  exit 0
fi

if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
  install_docker
fi
if [[ "$(id -u)" != 0 ]]; then
  say "no Docker engine answers, and only root can start one"
  exit 1
fi

if ! start_daemon; then
  # Kernels without netfilter: published ports still work, through Docker's own proxy; containers just reach no one.
  if grep -qi iptables "$log"; then
    say "dockerd cannot set up iptables here; trying without"
    start_daemon --iptables=false || { tail -n 20 "$log" >&2; exit 1; }
  else
    say "dockerd did not start:"
    tail -n 20 "$log" >&2
    exit 1
  fi
fi
say "started dockerd $(docker version --format '{{.Server.Version}}'), log in $log; its process id:"
echo "$pid"
