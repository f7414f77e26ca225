# shellcheck shell=bash disable=SC2154 # report.sh sets work
# Sourced by cluster.sh and node.sh, after report.sh: a Kubernetes control plane of processes of this machine, on loopback.

# A range that neither Docker nor the servers of the tests use.
readonly ETCD_PORT=16379 ETCD_PEER_PORT=16380 API_PORT=16443 CONTROLLERS_PORT=16257 SCHEDULER_PORT=16259 KWOK_PORT=16247

# What runs, in the order of its start.
processes=()
declare -A pid_of=()

# run NAME COMMAND...: in the background, with a log of its own.
run() {
  local name="$1"
  shift
  # A session of its own: an interrupt at the terminal reaches this script, which then ends them in order.
  setsid "$@" >"$work/$name.log" 2>&1 </dev/null &
  pid_of[$name]=$!
  processes+=("$name")
}

# Ends one of them, if it runs; it has a minute for that.
stop() {
  local pid="${pid_of[$1]:-}" i
  [[ -n "$pid" ]] || return 0
  unset "pid_of[$1]"
  kill "$pid" 2>/dev/null || true
  for ((i = 0; i < 300; i++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

stop_processes() {
  local i
  for ((i = ${#processes[@]} - 1; i >= 0; i--)); do stop "${processes[i]}"; done
}

# start_control_plane: sets KUBECONFIG and leaves `kubectl` as the command of the same
# version as the servers.
start_control_plane() {
  local token port
  for port in $ETCD_PORT $ETCD_PEER_PORT $API_PORT $CONTROLLERS_PORT $SCHEDULER_PORT $KWOK_PORT; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "port $port is taken: does another run of these checks go on?" >&2
      return 1
    fi
  done

  token="$(openssl rand -hex 24)"
  echo "$token,admin,admin,system:masters" >"$work/tokens.csv"
  openssl genrsa -out "$work/accounts.key" 2048 2>/dev/null
  # The server makes its own certificate at every start; it is asked on loopback only.
  export KUBECONFIG="$work/kubeconfig"
  cat >"$KUBECONFIG" <<END
apiVersion: v1
kind: Config
clusters: [{name: check, cluster: {server: "https://127.0.0.1:$API_PORT", insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: $token}}]
contexts: [{name: check, context: {cluster: check, user: admin}}]
current-context: check
END
  chmod 600 "$KUBECONFIG"

  run etcd etcd --data-dir "$work/etcd" --unsafe-no-fsync \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-cluster "default=http://127.0.0.1:$ETCD_PEER_PORT"
  # No endpoints of its own: an address on loopback is not allowed in them.
  run kube-apiserver kube-apiserver --etcd-servers="http://127.0.0.1:$ETCD_PORT" \
    --bind-address=127.0.0.1 --secure-port="$API_PORT" --advertise-address=127.0.0.1 --endpoint-reconciler-type=none \
    --cert-dir="$work/certificates" --service-cluster-ip-range=10.96.0.0/16 --token-auth-file="$work/tokens.csv" \
    --service-account-issuer=https://check --service-account-key-file="$work/accounts.key" \
    --service-account-signing-key-file="$work/accounts.key" --authorization-mode=RBAC \
    --kubelet-preferred-address-types=InternalIP
  # Counted from here: building the programs may have taken many minutes.
  local until=$((SECONDS + 120))
  until kubectl get --raw /readyz >/dev/null 2>&1; do
    if ((SECONDS > until)) || ! kill -0 "${pid_of[kube-apiserver]}" 2>/dev/null; then
      tail -n 5 "$work/kube-apiserver.log" "$work/etcd.log" >&2
      return 1
    fi
    sleep 0.3
  done
  local common=(--kubeconfig="$KUBECONFIG" --authentication-kubeconfig="$KUBECONFIG"
    --authorization-kubeconfig="$KUBECONFIG" --bind-address=127.0.0.1 --leader-elect=false)
  run kube-controller-manager kube-controller-manager "${common[@]}" --secure-port="$CONTROLLERS_PORT" \
    --service-account-private-key-file="$work/accounts.key" --use-service-account-credentials
  run kube-scheduler kube-scheduler "${common[@]}" --secure-port="$SCHEDULER_PORT"
}

# start_nodes NAME...: nodes that exist on paper only, each in a zone of its own; kwok says in their name that pods run.
start_nodes() {
  local node
  run kwok kwok --kubeconfig "$KUBECONFIG" --config "$(dirname "$(command -v kwok)")/stages.yaml" \
    --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake --node-lease-duration-seconds 40 \
    --server-address "127.0.0.1:$KWOK_PORT"
  for node in "$@"; do
    kubectl create --filename - <<END
apiVersion: v1
kind: Node
metadata:
  name: $node
  annotations: {kwok.x-k8s.io/node: fake}
  labels: {kubernetes.io/hostname: $node, topology.kubernetes.io/zone: zone-of-$node}
status:
  allocatable: &size {cpu: "4", memory: 8Gi, pods: "110", ephemeral-storage: 50Gi}
  capacity: *size
END
  done >/dev/null
  kubectl wait --for=condition=Ready --timeout=60s node "$@" >/dev/null
}
