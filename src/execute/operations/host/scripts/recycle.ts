import { OWNERSHIP, PRELUDE } from './prelude.ts';
import { TRACKING } from './tracking.ts';

/**
 * A unit's established connections to certain ports, and what the proxy has accepted, each seen twice: a redirected
 * connection looks the same from the application's end, but then the proxy holds a socket whose peer is the
 * application's own address and port. Where another connection to the proxy has that port already (one to another
 * peer), the kernel gives this one another, and only connection tracking knows both. Variables: unit ports. Changes nothing.
 */
const SOCKETS = `
unit_processes() {
  group=$(systemctl show -p ControlGroup --value "$unit")
  [ -n "$group" ] || return 0
  for base in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ -d "$base$group" ] && find "$base$group" -name cgroup.procs -exec cat {} +
  done | sort -nu
}
app_sockets() {
  filter=
  for port in $ports; do filter="$filter or dport = :$port"; done
  ss -Htnp state established "( \${filter# or } )" | sed "s/^/$1 /"
}
mapped_ends() {
  tcp_entries | awk -v ports=" $(echo $("$home/proxy/control" ports)) " '
    index(ports, " " $7 " ") && $3 != $9 { print "mapped", $2 ":" $3, $8 ":" $9 }'
}
proxy_sockets() { proxied_connections | awk '{ print "proxy", $4, $5 }'; }
print_sockets() {
  command -v ss >/dev/null 2>&1 || refuse missing ss
  proxy_sockets
  app_sockets app
  proxy_sockets
  app_sockets again
  mapped_ends
  for pid in $(unit_processes); do say pid "$pid"; done
  say main "$(systemctl show -p MainPID --value "$unit")"
}
`;

/** Variables: unit ports. */
export const SOCKETS_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}${SOCKETS}
read_owner
say owner "$owner_run"
print_sockets
exit 0
`;

/** Variables: run plan token unit. */
export const RESTART_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
timeout 120 systemctl restart "$unit" 2>"$home/error" || { error=$(tail -n 1 "$home/error"); rm -f "$home/error"; refuse unit "$error"; }
rm -f "$home/error"
sleep 1
systemctl is-active --quiet "$unit" || refuse unit "it is not active after its restart"
say restarted "$unit pid $(systemctl show -p MainPID --value "$unit")"
`;
