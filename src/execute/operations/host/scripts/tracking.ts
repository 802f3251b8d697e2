/**
 * What the kernel's connection tracking still knows of a capture. A translation outlives its connection; while nothing
 * is tracked, the application may use the same port for a connection past the proxy, and that one would be translated,
 * and so cut, as soon as tracking goes on. Needs the prelude and `proxied_connections`.
 */
export const TRACKING = `
redirect_ports() { echo $(sed -n 's/.*--to-ports \\([0-9]*\\).*/\\1/p' | sort -u); }
tracked() {
  if [ -r /proc/net/nf_conntrack ]; then cat /proc/net/nf_conntrack
  elif command -v conntrack >/dev/null 2>&1; then conntrack -L -p tcp 2>/dev/null
  fi
}
# One line an entry of TCP: its state, then address and port of who asked, of whom, and of the reply's two ends.
tcp_entries() {
  tracked | awk '$1 == "tcp" || $3 == "tcp" {
    split("", asked); split("", reply); state = "-"
    for (i = 2; i <= NF; i++) if ((at = index($i, "="))) {
      name = substr($i, 1, at - 1); reply[name] = substr($i, at + 1)
      if (name in asked) continue
      asked[name] = reply[name]
      if (name == "src" && $(i - 1) ~ /^[A-Z][A-Z_0-9]+$/) state = $(i - 1)
    }
    print state, asked["src"], asked["sport"], asked["dst"], asked["dport"], reply["src"], reply["sport"], reply["dst"], reply["dport"]
  }'
}
# Connections that are translated to one of these ports, but that no socket of the proxy holds.
stale_translations() {
  { proxied_connections | sed 's/^/held /'; tcp_entries | sed 's/^/entry /'; } | awk -v ports=" $1 " '
    $1 == "held" {
      port = $5; sub(/.*:/, "", port)
      peer = $6; gsub(/\\[|\\]|::ffff:/, "", peer)
      held[peer " " port] = 1
    }
    $1 == "entry" && $8 != $6 && index(ports, " " $8 " ") && !(($9 ":" $10 " " $8) in held)'
}
# Where the proxy still serves somebody, only those that both ends have closed.
delete_translations() {
  command -v conntrack >/dev/null 2>&1 || return 0
  states=
  [ -z "$(proxied_connections)" ] || states='TIME_WAIT CLOSE'
  for port in $1; do
    [ -n "$states" ] || conntrack -D -p tcp --dst-nat --reply-port-src "$port" >/dev/null 2>&1
    for state in $states; do
      conntrack -D -p tcp --state "$state" --dst-nat --reply-port-src "$port" >/dev/null 2>&1
    done
  done
}
# Untranslated connections of this host that are over, and that tracking believes in still: it was off when they ended.
# The kernel lists its sockets after them, so that one that has just begun is none of these.
gone_connections() {
  own=" $(ip -o addr show 2>/dev/null | awk '{ sub(/\\/.*/, "", $4); printf "%s ", $4 }')"
  { tcp_entries | sed 's/^/entry /'; ss -Htan | sed 's/^/socket /'; } | awk -v own="$own" '
    $1 == "socket" { gsub(/\\[|\\]|::ffff:/, ""); sub(/%[^:]*/, "", $5); socket[$5 " " $6] = $2; next }
    $2 == "TIME_WAIT" || $3 " " $4 != $9 " " $10 || $5 " " $6 != $7 " " $8 { next }
    index(own, " " $3 " ") || index(own, " " $5 " ") {
      pair = $3 ":" $4 " " $5 ":" $6; back[pair] = $5 ":" $6 " " $3 ":" $4; state[pair] = $2
      asked[pair] = "-s " $3 " -d " $5 " --sport " $4 " --dport " $6
    }
    function over(ends) { return socket[ends] == "" || socket[ends] == "TIME-WAIT" }
    function open(ends) { return socket[ends] ~ /^(ESTAB|SYN-)/ }
    END {
      for (pair in asked) {
        if (over(pair) && over(back[pair])) print asked[pair]
        else if (state[pair] == "ESTABLISHED" && !open(pair) && !open(back[pair])) print "--state ESTABLISHED " asked[pair]
      }
    }'
}
# Only with the tool: such an entry may last for days, and a new connection from its port would be taken into it.
forget_gone() {
  command -v conntrack >/dev/null 2>&1 || return 0
  gone_connections | while read -r entry; do conntrack -D -p tcp $entry >/dev/null 2>&1; done
}
# Deletes what is stale where that can be done, else waits for it to run out, so many seconds.
forget_translations() {
  waited=0
  while stale=$(stale_translations "$1") && [ -n "$stale" ]; do
    [ "$waited" -lt "$2" ] || return 1
    [ "$waited" -gt 0 ] || { delete_translations "$1"; [ -n "$(stale_translations "$1")" ] || return 0; }
    sleep 1
    waited=$((waited + 1))
  done
  return 0
}
`;

/** How long a translation may be waited for: longer than the kernel keeps one whose connection was closed. */
export const FORGET_SECONDS = { arm: 125, remove: 35 };
