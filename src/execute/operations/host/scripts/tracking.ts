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
# Connections that are translated to one of these ports, but that no socket of the proxy holds. The last four
# values of an entry are the reply's: from the proxy's port to the end that the proxy knows.
stale_translations() {
  { proxied_connections | sed 's/^/held /'; tracked | sed 's/^/entry /'; } | awk -v ports=" $1 " '
    $1 == "held" {
      port = $5; sub(/.*:/, "", port)
      peer = $6; gsub(/\\[|\\]|::ffff:/, "", peer)
      held[peer " " port] = 1
    }
    $1 == "entry" && / tcp / {
      split("", last); asked = ""
      for (i = 2; i <= NF; i++) if ((at = index($i, "="))) {
        name = substr($i, 1, at - 1); value = substr($i, at + 1)
        if (name == "dport" && asked == "") asked = value
        last[name] = value
      }
      if (last["sport"] == "" || last["sport"] == asked || !index(ports, " " last["sport"] " ")) next
      if (!((last["dst"] ":" last["dport"] " " last["sport"]) in held)) print
    }'
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
gone_connections() {
  own=" $(ip -o addr show 2>/dev/null | awk '{ sub(/\\/.*/, "", $4); printf "%s ", $4 }')"
  { tracked | sed 's/^/entry /'; ss -Htan | sed 's/^/socket /'; } | awk -v own="$own" '
    $1 == "socket" {
      gsub(/\\[|\\]|::ffff:/, ""); sub(/%[^:]*/, "", $5)
      live[$5 " " $6] = 1
      next
    }
    / tcp / && !/ TIME_WAIT / {
      split("", first); split("", last)
      for (i = 2; i <= NF; i++) if ((at = index($i, "="))) {
        name = substr($i, 1, at - 1); last[name] = substr($i, at + 1)
        if (!(name in first)) first[name] = last[name]
      }
      if (first["src"] != last["dst"] || first["dst"] != last["src"] || first["sport"] != last["dport"] || first["dport"] != last["sport"]) next
      if (!index(own, " " first["src"] " ") && !index(own, " " first["dst"] " ")) next
      from = first["src"] ":" first["sport"]; to = first["dst"] ":" first["dport"]
      asked[from " " to] = "-s " first["src"] " -d " first["dst"] " --sport " first["sport"] " --dport " first["dport"]
      back[from " " to] = to " " from
    }
    END { for (pair in asked) if (!(pair in live) && !(back[pair] in live)) print asked[pair] }'
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
