import { OWNERSHIP, PRELUDE } from './prelude.ts';
import { FORGET_SECONDS, TRACKING } from './tracking.ts';

/** All that is checked before anything changes. Each refusal has its own reason. */
const PREFLIGHT = `
pick_backend() {
  ipt=iptables
  command -v iptables-restore >/dev/null 2>&1 || ipt=$(backends | head -n 1)
  [ -n "$ipt" ] && command -v "$ipt-restore" >/dev/null 2>&1 || refuse no-iptables "iptables, iptables-save, iptables-restore"
  # Two backends that both hold nat rules get in each other's way: go where the host's own rules are.
  for name in $(backends); do
    others_rules "$ipt" && return
    others_rules "$name" && ipt=$name
  done
}
others_rules() { nat_of "$1" | grep -v MESHWAY_ | grep -q '^-A'; }
check_programs() {
  for program in flock systemd-run systemctl timeout awk readlink ss; do
    command -v "$program" >/dev/null 2>&1 || refuse missing "$program"
  done
}
check_readable() {
  for name in $(backends); do
    ! unreadable "$name" || refuse rules "the nat table holds a rule that $name cannot show: see nft list table ip nat"
  done
}
check_other_mesh() {
  for name in $(backends); do
    other=$(nat_of "$name" | sed -n 's/^:\\(ISTIO_[A-Z_]*\\|PROXY_INIT_[A-Z_]*\\|CONSUL_PROXY_[A-Z_]*\\|KUMA_MESH_[A-Z_]*\\) .*/\\1/p' | head -n 1)
    [ -z "$other" ] || refuse other-mesh "chain $other ($name)"
  done
}
# As the host itself tells: what sshd listens on, what it is configured to, and where sessions came in.
sshd_ports() {
  {
    ss -Htlnp | awk '/"(sshd|sshd-session|dropbear|tinysshd)"/ { print $4 }'
    ss -Htnp state established | awk '/"(sshd|sshd-session|dropbear|tinysshd)"/ { print $3 }'
    sshd -T 2>/dev/null | awk '$1 == "port" { print ":" $2 }'
  } | sed 's/.*://' | sort -nu
}
check_login_ports() {
  ports=$(sshd_ports)
  [ -n "$ports" ] || refuse no-sshd "no sshd was found to listen"
  for port in $ports; do
    case " $excluded_ports " in *" $port "*) ;; *) refuse login-port "$port" ;; esac
  done
  say sshd "$(printf '%s ' $ports)"
}
restart_proxy() {
  timeout 90 systemctl restart "$proxy_unit" || refuse proxy-not-ready "it does not start again $1"
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do proxy_ready && return; sleep 1; done
  refuse proxy-not-ready "it is not ready again $1"
}
proxy_serves() {
  for attempt in 1 2 3 4 5; do
    lacks=$(timeout 20 "$home/proxy/control" serves 2>&1 >/dev/null) && return
    sleep 1
  done
  return 1
}
# A proxy that was asked to drain goes on closing what it serves: it must be a new one. One that does not know the ports
# it is to be sent would answer 503: a new start may find them, and takes nothing from anybody.
check_proxy() {
  proxy_ready || refuse proxy-not-ready "its readiness is not 200, or it misleads a captured port"
  if [ -f "$home/drained" ]; then
    if [ "$(cat "$home/drained")" = "$(systemctl show -p InvocationID --value "$proxy_unit")" ]; then
      left=$(proxied_connections | wc -l)
      [ "$left" -eq 0 ] || refuse draining "$left"
      restart_proxy "after its drain"
    fi
    rm -f "$home/drained"
  fi
  proxy_serves && return
  [ -n "$(proxied_connections)" ] || restart_proxy "to learn its ports"
  proxy_serves || refuse proxy-not-ready "$(printf '%s\\n' "$lacks" | tail -n 1)"
}
`;

/** Variables: run plan token rules deadman_seconds excluded_ports proxy_unit capture_unit lookups install remove undo start keep. */
export const ARM_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}${PREFLIGHT}
# What an earlier attempt left ends first, while its own switch is still armed.
end_earlier() {
  [ -d "$capture" ] || [ -n "$(in_force)" ] || { stop_deadman; return; }
  [ -d "$capture" ] && ln -s fired "$capture/outcome" 2>/dev/null
  systemctl disable --quiet "$capture_unit" 2>/dev/null
  sh -c "$remove" || refuse rules "what an earlier capture left could not be removed"
  timeout 60 systemctl stop "$capture_unit" 2>/dev/null
  stop_deadman || refuse deadman "an earlier one does not stop"
  rm -rf "$capture"
}
# While a chain of ours is there the kernel goes on tracking, and what it knows is true.
forget_earlier() {
  [ -z "$(our_rules)" ] || return 0
  forget_translations "$(printf '%s' "$rules" | redirect_ports)" ${FORGET_SECONDS.arm} || refuse translated "$(printf '%s\\n' "$stale" | wc -l)"
  forget_gone
}
write_capture() {
  rm -rf "$capture.new"
  mkdir -m 0700 "$capture.new"
  for name in rules install remove undo start keep; do
    eval "printf '%s' \\"\\$$name\\"" > "$capture.new/$name" || refuse failed "cannot write below $home"
  done
  printf '%s\\n' "$ipt" > "$capture.new/backend"
  sync "$capture.new/undo" "$capture.new/remove" 2>/dev/null
  mv -T "$capture.new" "$capture"
}
arm() {
  systemd-run --quiet --unit=meshway-deadman --description="Undoes an unconfirmed capture of meshway" \\
    --on-active="\${deadman_seconds}s" --timer-property=AccuracySec=100ms \\
    --property=Restart=on-failure --property=RestartSec=2 /bin/sh "$capture/undo" 2>"$home/error" \\
    && systemctl is-active --quiet meshway-deadman.timer && rm -f "$home/error" && return
  error=$(tail -n 1 "$home/error"); rm -rf "$home/error" "$capture"
  refuse deadman "\${error:-the timer is not active}"
}
install_rules() {
  sh "$capture/install" 2>"$home/error" && our_rules > "$capture/live" && [ -s "$capture/live" ] && rm -f "$home/error" && return
  error=$(tail -n 1 "$home/error"); rm -f "$home/error"
  sh "$capture/undo"
  stop_deadman
  rm -rf "$capture"
  refuse rules "\${error:-they are not there after loading}"
}
check_programs
pick_backend
own
if [ "$(readlink "$capture/outcome" 2>/dev/null)" = confirmed ] && [ "$(cat "$capture/rules")" = "$(printf '%s' "$rules")" ] \\
  && [ "$(our_rules)" = "$(cat "$capture/live" 2>/dev/null)" ]; then
  say captured already
  exit 0
fi
check_readable
check_other_mesh
check_login_ports
check_proxy
end_earlier
forget_earlier
for lookup in $lookups; do getent ahosts "$lookup" >/dev/null 2>&1 && say resolves "$lookup"; done
write_capture
arm
install_rules
say captured armed
say backend "$ipt"
say rules "$(grep -c -- ' -A ' "$capture/live")"
`;
