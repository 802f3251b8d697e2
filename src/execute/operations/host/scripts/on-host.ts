/**
 * Scripts that stay on the host while it is captured, below /var/lib/meshway/capture. They need nobody:
 * no login, no network, no proxy.
 */
export const HEAD = `#!/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
`;

/**
 * Puts `rules` in force in one transaction. A jump that is there already is not doubled. Before that, some settings
 * of connection tracking are lowered, so that no entry outlives the socket it was of: a new connection from its port
 * would be taken for the old one and go past the rules (decision 0023). What they were is on record until nothing of
 * ours is left. A kernel that knows the settings only once a rule needs them gets them after the rules. One without the
 * match \`recent\` gets the rules without it: callers are then counted, and those that are refused have no name.
 */
export const INSTALL_RULES = `${HEAD}
lower() {
  file=/proc/sys/net/netfilter/nf_conntrack_$1
  value=$(cat "$file" 2>/dev/null)
  case $value in
    '' | *[!0-9]*) ;;
    *)
      [ "$value" -gt "$2" ] || return 0
      grep -q "^$1 " "$kept" 2>/dev/null || printf '%s %s %s\\n' "$1" "$value" "$2" >> "$kept"
      { printf '%s\\n' "$2" > "$file"; } 2>/dev/null
      ;;
  esac
  [ -n "$value" ] && [ "$(cat "$file")" = "$2" ] || echo "unset nf_conntrack_$1 \${value:-unknown}"
}
lower_all() { lower tcp_loose 0; lower tcp_timeout_time_wait 30; lower tcp_timeout_fin_wait 50; lower tcp_timeout_close_wait 50; lower tcp_timeout_close 0; }
kept=/var/lib/meshway/tracking
modprobe -q nf_conntrack 2>/dev/null
lower_all > /dev/null
cd /var/lib/meshway/capture || exit 1
read -r ipt < backend
while IFS= read -r line; do
  case $line in
    '-A PREROUTING '* | '-A OUTPUT '*) "$ipt" -w 5 -t nat -C \${line#-A } 2>/dev/null && continue ;;
  esac
  printf '%s\\n' "$line"
done < rules > rules.load
load() { grep -v -e "$1" rules.load | "$ipt-restore" -w 5 --noflush; }
if [ -s live ] && ! grep -q -e ' -m recent ' live; then load ' -m recent '; else load '^$' || load ' -m recent '; fi
status=$?
rm -f rules.load
[ "$status" -ne 0 ] || lower_all
exit "$status"
`;

/**
 * Ends the capture, in whichever backend it is, in one transaction each, and touches nothing else. The two chains that
 * hold the redirections stay, with no jump to them: while no other rule of the host needs connection tracking, the
 * kernel stops tracking with the last of them, translates no longer, and every connection that the proxy still holds
 * breaks. With the argument \`all\` they go too. When somebody's rule refers to one of our chains, the jumps at least go.
 * Where one rule of nft keeps iptables from showing the table, what the record names is deleted without looking.
 */
export const REMOVE_RULES = `${HEAD}
undo_of() {
  "$1-save" -t nat 2>/dev/null | awk -v chains="$2" '
    /^:MESHWAY_(INBOUND|OUTPUT) / || (chains == "all" && /^:MESHWAY_/) { chain[++n] = substr($1, 2) }
    /^-A / && $2 !~ /^MESHWAY_/ && / -j MESHWAY_/ { sub(/^-A/, "-D"); jump[++m] = $0 }
    END {
      if (n + m == 0) exit
      print "*nat"
      for (i = 1; i <= m; i++) print jump[i]
      for (i = 1; chains != "none" && i <= n; i++) print "-F " chain[i]
      for (i = 1; chains != "none" && i <= n; i++) print "-X " chain[i]
      print "COMMIT"
    }'
}
wanted=\${1:-capture}
status=0
remove_unseen() {
  grep -e '^-A PREROUTING ' -e '^-A OUTPUT ' /var/lib/meshway/capture/rules 2>/dev/null | while read -r append jump; do
    while "$1" -w 5 -t nat -D $jump 2>/dev/null; do :; done
  done
  names='INBOUND OUTPUT'
  [ "$wanted" != all ] || names="$names IN_REDIRECT REDIRECT"
  for name in $names; do "$1" -w 5 -t nat -F "MESHWAY_$name" && "$1" -w 5 -t nat -X "MESHWAY_$name"; done 2>/dev/null
  ! "$1" -w 5 -t nat -S MESHWAY_OUTPUT >/dev/null 2>&1
}
for ipt in iptables-nft iptables-legacy iptables; do
  command -v "$ipt-save" >/dev/null 2>&1 || continue
  case $("$ipt" -V 2>/dev/null) in
    *nf_tables*) ;;
    *) grep -qx nat /proc/net/ip_tables_names 2>/dev/null || continue ;;
  esac
  for chains in "$wanted" "$wanted" "$wanted" none; do
    undo=$(undo_of "$ipt" "$chains")
    [ -n "$undo" ] || break
    printf '%s\\n' "$undo" | "$ipt-restore" -w 5 --noflush && break
    sleep 1
  done
  "$ipt-save" -t nat 2>/dev/null | grep -qx COMMIT || remove_unseen "$ipt" || status=1
  [ -z "$(undo_of "$ipt" "$wanted")" ] || status=1
done
exit "$status"
`;

/**
 * The dead-man switch: nobody confirmed the capture, so it ends. Creating \`outcome\` is atomic, so that either
 * this script or the confirmation has it, never both.
 */
export const UNDO_CAPTURE = `${HEAD}
cd /var/lib/meshway/capture || exit 0
ln -s fired outcome 2>/dev/null || [ "$(readlink outcome)" = fired ] || exit 0
sh ./remove && date -u +%Y-%m-%dT%H:%M:%SZ > undone
`;

/**
 * After a boot: nothing unless the capture was confirmed, and not before the proxy is ready. Units that serve and call
 * wait for this, and for the proxy's start, so it waits for 20 s and no longer. A proxy that is healthy by then and
 * misleads one port is better than none for all the others; with none it fails and is tried again.
 */
export const START_CAPTURE = `${HEAD}
cd /var/lib/meshway/capture || exit 0
[ "$(readlink outcome)" = confirmed ] || exit 0
uptime() { read -r seconds rest < /proc/uptime; echo "\${seconds%.*}"; }
deadline=$(($(uptime) + 20))
until timeout 10 /var/lib/meshway/proxy/control ready >/dev/null 2>&1; do
  [ "$(uptime)" -lt "$deadline" ] || break
  sleep 1
done
timeout 10 /var/lib/meshway/proxy/control healthy >/dev/null 2>&1 || exit 1
exec sh ./install
`;
