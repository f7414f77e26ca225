#!/usr/bin/env bash
# The backend's own image as three pods under a real kubelet and containerd, against PostgreSQL and MinIO on this machine,
# rolled while requests run. Prints one line per check; fails when any failed.
#
#   node.sh [IMAGE]     default: ducklake-backend:v1.0.2, as deploy/build.sh v1.0.2 makes it
#
# Needs root and a Docker engine (deploy/airgap/start-docker.sh) with the images postgres:15 and minio/minio:latest. A
# bridge, the kubelet's cgroups and three kernel settings are changed while it runs and put back at its end.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
readonly here root
readonly image="${1:-ducklake-backend:v1.0.2}"
readonly label=app=ducklake-backend deployment=deployment/ducklake-backend replicas=3
# The node's own network: pods get addresses in it, and the machine is .1 in it.
readonly bridge=datlake-check network=10.244.77 pause=datlake-pause:check
readonly machine=$network.1
readonly KUBELET_PORT=16250 FORWARDED_PORT=16800
# At least so many during the rollout.
readonly REQUESTS=200 WORKERS=6
readonly kernel_settings=(vm.overcommit_memory kernel.panic kernel.panic_on_oops)

# shellcheck source=deploy/checks/report.sh
source "$here/report.sh"
# shellcheck source=deploy/checks/control-plane.sh
source "$here/control-plane.sh"

containers=()
saved_settings=()
on_containerd=(ctr --address "$work/containerd.sock" --namespace k8s.io)

# In this order: what the kubelet runs goes with its namespace, while kubelet and containerd are there.
clean_up() {
  local task mount group
  if [[ -S "$work/containerd.sock" ]]; then
    timeout 100 kubectl delete namespace ducklake --wait >/dev/null 2>&1 || true
    stop kubelet
    for task in $("${on_containerd[@]}" task list --quiet 2>/dev/null); do
      "${on_containerd[@]}" task kill --signal KILL "$task" >/dev/null 2>&1 || true
    done
    sleep 1
    for task in $("${on_containerd[@]}" container list --quiet 2>/dev/null); do
      "${on_containerd[@]}" task delete --force "$task" >/dev/null 2>&1 || true
      "${on_containerd[@]}" container delete "$task" >/dev/null 2>&1 || true
    done
  fi
  stop_processes
  awk -v below="$work/" 'index($2, below) == 1 {print $2}' /proc/mounts | sort -r | while read -r mount; do
    umount --lazy "$mount" || true
  done
  if ((${#containers[@]} > 0)); then docker rm --force --volumes "${containers[@]}" >/dev/null 2>&1 || true; fi
  docker image rm "$pause" >/dev/null 2>&1 || true
  ip link delete "$bridge" 2>/dev/null || true
  for group in /sys/fs/cgroup/*/kubepods /sys/fs/cgroup/kubepods; do
    if [[ -d "$group" ]]; then find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
  done
  if ((${#saved_settings[@]} > 0)); then sysctl --quiet --write "${saved_settings[@]}" || true; fi
  rm -rf "$work"
  # What the kubelet makes outside its folders: a socket, links to logs that are gone now, and empty folders.
  rm -f /var/lib/kubelet/device-plugins/kubelet.sock
  find /var/log/containers -xtype l -name '*_ducklake_*' -delete 2>/dev/null || true
  find /var/log/containers /var/lib/kubelet /usr/libexec/kubernetes -depth -type d -empty -delete 2>/dev/null || true
}
# Until there is more to clean up.
trap 'rm -rf "$work"' EXIT

start_containerd() {
  mkdir "$work/cni"
  cat >"$work/cni/bridge.conflist" <<END
{"cniVersion": "0.4.0", "name": "check", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true,
    "ipam": {"type": "host-local", "dataDir": "$work/addresses", "ranges": [[{"subnet": "$network.0/24"}]]}}]}
END
  # restrict_oom_score_adj: in a sandbox without CAP_SYS_RESOURCE no pod would start otherwise.
  cat >"$work/containerd.toml" <<END
version = 2
root = "$work/containerd"
state = "$work/containerd-state"
[grpc]
address = "$work/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "$pause"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$work/cni"
END
  run containerd containerd --config "$work/containerd.toml"
  within 30 "${on_containerd[@]}" version

  (cd "$here/pause" && CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -ldflags '-s -w' -o "$work/pause" pause.go)
  tar --create --directory "$work" pause | docker import --change 'ENTRYPOINT ["/pause"]' - "$pause" >/dev/null
  docker save "$pause" "$image" | "${on_containerd[@]}" images import - >/dev/null
}

start_kubelet() {
  local name
  for name in "${kernel_settings[@]}"; do saved_settings+=("$name=$(sysctl --values "$name")"); done
  mkdir "$work/pod-logs" "$work/plugins"
  # Only this machine reaches the bridge, so the kubelet need not ask who calls.
  cat >"$work/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $machine
port: $KUBELET_PORT
healthzPort: 0
readOnlyPort: 0
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://$work/containerd.sock
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
makeIPTablesUtilChains: false
podLogsDir: $work/pod-logs
volumePluginDir: $work/plugins
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
END
  run kubelet kubelet --config "$work/kubelet.yaml" --kubeconfig "$KUBECONFIG" --root-dir "$work/kubelet" \
    --cert-dir "$work/kubelet-certificates" --hostname-override node --node-ip "$machine"
  within 60 kubectl wait --for=condition=Ready --timeout=5s node/node
}

# Where the manifests' host names lead: to the machine, at the usual ports.
start_servers() {
  containers+=("$(docker run --detach --publish "$machine:5432:5432" --env POSTGRES_USER=ducklake \
    --env POSTGRES_PASSWORD="$password" --env POSTGRES_DB=ducklakedb postgres:15)")
  containers+=("$(docker run --detach --publish "$machine:9000:9000" --env MINIO_ROOT_USER=ducklake-root \
    --env MINIO_ROOT_PASSWORD="$password" minio/minio:latest server /data)")
  within 60 docker exec "${containers[0]}" pg_isready --quiet --host=127.0.0.1 --dbname=ducklakedb
  within 60 curl --fail --silent "http://$machine:9000/minio/health/ready"
}

# The base as it is, but for the names of hosts: no cluster DNS runs here.
deploy() {
  mkdir "$work/overlay"
  cp -r "$root/deploy/k8s/base" "$work/overlay/base"
  cat >"$work/overlay/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ducklake
resources: [base]
images: [{name: ducklake-backend, newName: "${image%:*}", newTag: "${image##*:}"}]
secretGenerator:
  - {name: postgres-credentials, literals: [username=ducklake, "password=$password"]}
  - {name: minio-credentials, literals: [access-key=ducklake-root, "secret-key=$password"]}
  - {name: api-tokens, literals: ["reader=$password", "writer=$password", "operator=$password"]}
generatorOptions: {disableNameSuffixHash: true}
patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: ducklake-backend}
      spec:
        template:
          spec:
            hostAliases:
              - ip: $machine
                hostnames: [postgres-service.database.svc.cluster.local, minio-service.storage.svc.cluster.local]
END
  kubectl apply -k "$work/overlay"
  kubectl config set-context --current --namespace ducklake
}

rolled_out() {
  kubectl rollout status "$deployment" --timeout=300s
  kubectl get pods -l "$label" -o json | jq -e --argjson replicas "$replicas" '
    [.items[] | select(.metadata.deletionTimestamp == null) | .status.containerStatuses[0] |
      select(.ready and .restartCount == 0)] | length == $replicas'
}

sql() { kubectl exec "$deployment" -- java -Xmx48m @ducklake sql "$1"; }

# As the kernel sees the process.
rights() {
  local container pid status
  container="$(kubectl get pods -l "$label" -o 'jsonpath={.items[0].status.containerStatuses[0].containerID}')"
  pid="$("${on_containerd[@]}" task list | awk -v container="${container#containerd://}" '$1 == container {print $2}')"
  status="$(<"/proc/$pid/status")"
  grep -qP '^Uid:\t1000\t1000\t1000\t1000$' <<<"$status" || because "not user 1000: $(grep ^Uid: <<<"$status")"
  grep -qP '^CapEff:\t0000000000000000$' <<<"$status" || because "has capabilities: $(grep ^CapEff: <<<"$status")"
  grep -qP '^NoNewPrivs:\t1$' <<<"$status" || because "may gain privileges"
  grep -qP '^\S+ / \S+ ro,' "/proc/$pid/mounts" || because "the root is writable"
}

# The README's commands that need a running container, with a port of our own.
forwarded() {
  local path port=$FORWARDED_PORT forward
  kubectl logs "$deployment" >"$work/pod.log"
  grep -q '"message"' "$work/pod.log"
  kubectl port-forward service/ducklake-backend-service "$port:80" >"$work/forward.log" 2>&1 &
  forward=$!
  # However this check ends.
  # shellcheck disable=SC2064 # now, for then the variable is gone
  trap "kill $forward" EXIT
  within 20 curl --fail --silent "http://localhost:$port/health"
  for path in /health /config/summary /config/ducklake /metrics/memory /metrics/performance; do
    curl --fail --silent --show-error --max-time 20 "http://localhost:$port$path" >"$work/answer"
    [[ -s "$work/answer" ]] || because "$path answers nothing"
  done
}

# What the Service stands for at this moment: an address of a ready pod. Asked with curl, which is quicker than kubectl.
endpoint() {
  local slices=apis/discovery.k8s.io/v1/namespaces/ducklake/endpointslices
  curl --fail --silent --insecure --header "Authorization: Bearer $(cut -d, -f1 "$work/tokens.csv")" \
    "https://127.0.0.1:$API_PORT/$slices?labelSelector=kubernetes.io/service-name=ducklake-backend-service" |
    jq -r '.items[].endpoints[]? | select(.conditions.ready) | .addresses[0]' | shuf -n 1
}

# One caller: writes at full speed, writes that take seconds, reads; each to a ready pod, until the rollout is over.
calls() {
  local caller="$1" call=0 address rate path code
  until [[ -e "$work/rolled" ]]; do
    call=$((call + 1))
    address="$(endpoint)"
    path=/api/v1/tables/main/events/rows rate=100M
    case $((call % 6)) in
      0) rate=100k ;;
      1 | 3 | 5) path=/api/v1/snapshots ;;
    esac
    if [[ "$path" == */rows ]]; then
      code="$(curl --silent --output "$work/answer-$caller" --write-out '%{http_code}' --max-time 60 --limit-rate "$rate" \
        --header "Authorization: Bearer $password" --header 'Content-Type: application/x-ndjson' \
        --header "Idempotency-Key: $caller-$call" --data-binary "@$work/rows" "http://$address:8000$path")" || true
    else
      code="$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 60 \
        --header "Authorization: Bearer $password" "http://$address:8000$path")" || true
    fi
    echo "$code $path $address"
  done >"$work/calls-$caller"
}

rolled_under_load() {
  local caller pids=() failed total before after
  sql "CREATE TABLE events (id BIGINT, payload VARCHAR)"
  # 300 kB: three seconds at the slow pace.
  seq 4000 | awk '{printf "{\"id\":%d,\"payload\":\"%060d\"}\n", $1, $1}' >"$work/rows"
  before="$(kubectl get pods -l "$label" -o 'jsonpath={.items[*].metadata.uid}')"
  for ((caller = 1; caller <= WORKERS; caller++)); do
    calls "$caller" &
    pids+=($!)
  done
  # However this check ends, the callers do.
  trap 'touch "$work/rolled"' EXIT
  sleep 2
  kubectl rollout restart "$deployment"
  kubectl rollout status "$deployment" --timeout=400s
  # Until the last of the old pods has ended.
  within 90 all_new "$before"
  touch "$work/rolled"
  wait "${pids[@]}"
  cat "$work"/calls-? >"$work/calls"
  total="$(wc -l <"$work/calls")"
  failed="$(grep -cv '^2' "$work/calls" || true)"
  after="$(awk '{print $3}' "$work/calls" | sort -u | wc -l)"
  echo "$total requests to $after pods, $failed failed"
  cp "$work/output" "$work/load"
  ((failed == 0)) || because "$failed of $total requests failed: $(grep -v '^2' "$work/calls" | sort | uniq -c | head -n 3 | tr '\n' ';')"
  ((total >= REQUESTS && after > replicas)) || because "only $total requests to $after pods"
}

all_new() {
  kubectl get pods -l "$label" -o json | jq -e --arg before "$1" --argjson replicas "$replicas" '
    [.items[].metadata.uid] | length == $replicas and all(. as $uid | $before | contains($uid) | not)'
}

acknowledged() {
  local rows
  rows="$(($(grep -c '^200 .*/rows' "$work/calls") * 4000))"
  [[ "$(sql "SELECT count(*) AS n FROM events")" == $'n\n'"$rows" ]] || because "not $rows rows, as acknowledged"
}

unready_without_catalog() {
  docker pause "${containers[0]}"
  within 90 no_endpoints
  docker unpause "${containers[0]}"
  within 90 rolled_out
}

no_endpoints() { [[ -z "$(endpoint)" ]]; }

[[ "$(id -u)" == 0 ]] || { echo "node.sh: only root can run a kubelet" >&2; exit 1; }
if pgrep --exact kubelet >/dev/null; then echo "node.sh: this machine is a node already" >&2; exit 1; fi
docker image inspect "$image" >/dev/null 2>&1 || { echo "node.sh: no image $image: run deploy/build.sh" >&2; exit 1; }
need jq openssl containerd runc
if [[ ! -x /usr/lib/cni/bridge ]]; then
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends containernetworking-plugins >&2
fi
mapfile -t tools < <("$here/build-kubernetes-tools.sh" kube-apiserver kube-controller-manager kube-scheduler kubectl \
  kubelet etcd)
((${#tools[@]} == 6)) || exit 1
PATH="$(printf '%s:' "${tools[@]%/*}")$PATH"
password="$(openssl rand -hex 16)"
readonly password

# Fails when another run goes on, which then stays as it is.
ip link add "$bridge" type bridge
trap clean_up EXIT
ip address add "$machine/24" dev "$bridge"
ip link set "$bridge" up
start_servers
start_control_plane
start_containerd
start_kubelet

check "the base is applied to a real node" deploy
check "3 pods of $image become ready" rolled_out
check "they run as user 1000, without capabilities, on a read-only root" rights
check "kubectl port-forward, logs and the curl lines work as the README prints them" forwarded
check "a rollout fails no request" rolled_under_load
check "every acknowledged row is there" acknowledged
check "without the catalog pods are unready, not restarted" unready_without_catalog
if [[ -s "$work/load" ]]; then grep 'requests to' "$work/load" >&2; fi

((failures == 0))
