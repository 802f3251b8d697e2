import { OWNERSHIP, PRELUDE } from './prelude.ts';
import { FORGET_SECONDS, TRACKING } from './tracking.ts';

/**
 * Removes units and paths of a join, and when no unit of ours is left, all the rest of us. Files of ours that
 * the plan does not name go with the directory. Variables: run plan token units paths remove.
 */
export const REMOVE_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}
wants=/etc/systemd/system/multi-user.target.wants
# A nat table of nftables that was not there before is taken away again, when nobody else uses it by now: the
# kernel refuses to delete a chain that holds a rule. Not earlier, because without it no translation goes on.
remove_empty_table() {
  tables=$home/runs/$run/tables
  [ -f "$tables" ] && command -v iptables-nft >/dev/null 2>&1 || return 0
  ! grep -qx iptables-nft "$tables" && has_nat iptables-nft || return 0
  for chain in PREROUTING INPUT OUTPUT POSTROUTING; do iptables-nft -w 5 -t nat -X "$chain" 2>/dev/null; done
  nat_of iptables-nft | grep -v -e '^\*nat$' -e '^COMMIT$' -e '^:[A-Z]* ACCEPT' | grep -q . && return 0
  [ -z "$(iptables-nft -w 5 -t nat -S | grep -v '^-P')" ] && printf '*nat\nCOMMIT\n' | iptables-nft-restore -w 5
  return 0
}
# What stays different from the record is others' doing, or a fault of ours: it is reported either way.
compare_host() {
  for name in $(backends); do
    nat_of "$name" | grep '^-' | diff - "$home/runs/$run/nat.$name" 2>/dev/null | grep '^[<>] -' | while read -r sign rule; do
      [ "$sign" = '<' ] && say since "$rule" || say gone "$rule"
    done
  done
}
# As the kernel's settings were, unless somebody else has changed them since.
restore_tracking() {
  [ -f "$home/tracking" ] || return 0
  while read -r name value ours; do
    file=/proc/sys/net/netfilter/nf_conntrack_$name
    [ "$(cat "$file" 2>/dev/null)" != "$ours" ] || { printf '%s\\n' "$value" > "$file"; } 2>/dev/null
  done < "$home/tracking"
}
# The proxy has stopped: with its chains the kernel's tracking may end, and with that its knowledge goes stale.
remove_rest() {
  for unit in /etc/systemd/system/meshway-*.service; do [ ! -e "$unit" ] || return 0; done
  ports=$(our_rules | redirect_ports)
  [ -z "$ports" ] || forget_translations "$ports" ${FORGET_SECONDS.remove}
  sh -c "$remove" remove all || refuse rules "what is left of them could not be removed"
  restore_tracking
  had_wants=$(cat "$home/runs/$run/paths" 2>/dev/null)
  compare_host
  remove_empty_table
  [ -n "$had_wants" ] || [ ! -d "$home/runs/$run" ] || rmdir "$wants" 2>/dev/null
  # What this run stopped for good, and what that was before, stays on record, and the mark of the run with it.
  find "$home" -mindepth 1 -maxdepth 1 ! -name owner ! -name retired -exec rm -rf {} +
  [ ! -d "$home/retired" ] || { say kept "$home/retired"; return 0; }
  rm -f "$home/owner"
  rmdir "$home" && say home removed
}
own_if_there
[ -z "$(in_force)" ] || refuse captured "its connections still go through the proxy"
for unit in $units; do
  timeout 90 systemctl stop "$unit" 2>/dev/null
  timeout 60 systemctl disable --quiet "$unit" 2>/dev/null
  rm -f "$wants/$unit"
done
stop_deadman || refuse deadman "it does not stop"
printf '%s\\n' "$paths" | while IFS= read -r path; do
  case $path in
    "$home"/?* | /etc/systemd/system/meshway-?*.service) rm -rf "$path" && say removed "$path" ;;
  esac
done
rm -f /etc/systemd/system/.meshway-incoming
timeout 60 systemctl daemon-reload || refuse failed "systemctl daemon-reload"
for unit in $units; do systemctl reset-failed "$unit" 2>/dev/null; done
remove_rest
`;

/** What of ours is on the host. Changes nothing. */
export const LEFTOVERS_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
if [ -d "$home/retired" ] && [ -z "$(find "$home" -mindepth 1 -maxdepth 1 ! -name owner ! -name retired)" ]; then
  for record in "$home"/retired/*; do say kept "$record"; done
elif [ -e "$home" ]; then
  say left "$home"
fi
for path in /etc/systemd/system/meshway-* /etc/systemd/system/*.wants/meshway-* /etc/systemd/system/.meshway-incoming; do
  { [ -e "$path" ] || [ -L "$path" ]; } && say left "$path"
done
systemctl list-units --all --plain --no-legend --no-pager 'meshway-*' 2>/dev/null | while read -r unit rest; do
  say left "unit $unit"
done
our_rules | sed -n 's/^\\([a-z-]*\\) \\(:[A-Z_]*\\) .*/left chain \\2 (\\1)/p'
exit 0
`;
