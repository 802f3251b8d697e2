/**
 * What every script on a host begins with. A script prints facts, one `name value` a line; `refuse` ends it with
 * status 3 and the reason as a fact. Paths of programs are fixed, output is in the C locale.
 */
export const PRELUDE = `
umask 077
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
home=/var/lib/meshway
capture=$home/capture
say() { printf '%s %s\\n' "$1" "$2"; }
refuse() { say refused "$1"; say detail "$2"; exit 3; }

# The first backend is the one that the plain name stands for where no other name exists.
backends() {
  found=
  for name in iptables-nft iptables-legacy; do
    command -v "$name-save" >/dev/null 2>&1 && found="$found $name"
  done
  [ -n "$found" ] || ! command -v iptables-save >/dev/null 2>&1 || found=iptables
  printf '%s\\n' $found
}
# The nat table of a backend, with -c its counters too. Merely looking at the legacy one would create it, so the kernel is asked first.
nat_of() { ! can_ask "$1" || "$1-save" \${2:-} -t nat 2>/dev/null | grep -v '^#'; }
can_ask() {
  command -v "$1-save" >/dev/null 2>&1 || return 1
  case $("$1" -V 2>/dev/null) in *nf_tables*) ;; *) grep -qx nat /proc/net/ip_tables_names 2>/dev/null ;; esac
}
# One rule of nft that iptables has no words for, and the whole table is not shown, with status 0: that is no empty one.
unreadable() { can_ask "$1" && ! nat_of "$1" | grep -qx COMMIT; }
# Whether a backend has a nat table at all: asked for that table, it would print an empty one.
has_nat() { "$1-save" 2>/dev/null | grep -qx '\*nat'; }
our_rules() {
  for name in $(backends); do nat_of "$name" | grep MESHWAY_ | sed "s/^/$name /"; done
}
# What sends new connections to the proxy. The chains with the redirections alone send none there.
in_force() {
  our_rules | grep -e MESHWAY_INBOUND -e MESHWAY_OUTPUT
  for name in $(backends); do ! unreadable "$name" || jumps_of_record "$name"; done
}
# Where the table is not shown, the kernel still says whether it holds a rule that is named to it.
jumps_of_record() {
  grep -e '^-A PREROUTING ' -e '^-A OUTPUT ' "$capture/rules" 2>/dev/null | while read -r append jump; do
    "$1" -w 5 -t nat -C $jump 2>/dev/null && printf '%s %s\\n' "$1" "$jump"
  done
}
read_owner() {
  owner_run= owner_plan= owner_token=0
  [ -f "$home/owner" ] || return 0
  while read -r name value; do
    case $name in run) owner_run=$value ;; plan) owner_plan=$value ;; token) owner_token=$value ;; esac
  done < "$home/owner"
}
`;

/** For scripts that change something: one at a time on a host, and only for the run that the marker names. */
export const OWNERSHIP = `
# The lock is on our directory itself, so that nothing is left of it. Whoever waited may hold a directory
# that was removed meanwhile, and starts over.
take_lock() {
  while :; do
    exec 9<"$home"
    flock -w 20 9 || refuse busy "another operation of meshway holds the lock"
    [ "$(stat -Lc %i /proc/self/fd/9)" = "$(stat -c %i "$home" 2>/dev/null)" ] && return
    make_home
  done
}
make_home() { mkdir -m 0711 "$home" 2>/dev/null || [ -d "$home" ] || refuse failed "cannot make $home"; }
check_owner() {
  read_owner
  [ -z "$owner_run" ] || [ "$owner_run" = "$run" ] || refuse foreign "run $owner_run"
  [ "$owner_token" -le "$token" ] || refuse stale "$owner_token"
}
# Takes the lock, keeps what was there before, and puts our mark.
own() {
  make_home
  take_lock
  check_owner
  remember_host
  [ "$owner_run" = "$run" ] && [ "$owner_token" = "$token" ] && return
  mark
}
mark() {
  printf 'run %s\\nplan %s\\ntoken %s\\n' "$run" "$plan" "$token" > "$home/owner.new"
  mv -f "$home/owner.new" "$home/owner"
}
# As own, but where nothing of ours is there is nothing to do either.
own_if_there() {
  [ -d "$home" ] || { say absent yes; exit 0; }
  take_lock
  check_owner
}
# The first record of a run wins. It is for people and for comparing: restoring it whole would undo others' work.
remember_host() {
  before=$home/runs/$run
  [ -d "$before" ] && return
  rm -rf "$home/runs.new"
  mkdir -p -m 0700 "$home/runs" "$home/runs.new" || refuse failed "cannot write below $home"
  for name in $(backends); do nat_of "$name" > "$home/runs.new/nat.$name"; done
  for name in $(backends); do has_nat "$name" && echo "$name"; done > "$home/runs.new/tables"
  systemctl list-unit-files --no-legend --no-pager > "$home/runs.new/units" 2>/dev/null
  ls -d /etc/systemd/system/multi-user.target.wants > "$home/runs.new/paths" 2>/dev/null
  mv "$home/runs.new" "$before"
}
stop_deadman() {
  systemctl stop meshway-deadman.timer meshway-deadman.service 2>/dev/null
  systemctl reset-failed meshway-deadman.timer meshway-deadman.service 2>/dev/null
  ! systemctl is-active --quiet meshway-deadman.timer
}
# A unit that still settles its start is up already.
is_up() { case $(systemctl show -p ActiveState --value "$1" 2>/dev/null) in inactive | failed | '') return 1 ;; esac; }
proxy_ready() { timeout 20 "$home/proxy/control" ready >/dev/null 2>&1; }
# Connections that the proxy holds for others: accepted on its two ports, by the kernel's own account.
proxied_connections() {
  [ -x "$home/proxy/control" ] || return 0
  command -v ss >/dev/null 2>&1 || refuse missing ss
  filter=
  for port in $("$home/proxy/control" ports); do filter="$filter or sport = :$port"; done
  ss -Htan state connected exclude time-wait exclude syn-sent "( \${filter# or } )"
}
`;
