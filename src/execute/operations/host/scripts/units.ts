import { OWNERSHIP, PRELUDE } from './prelude.ts';

/** Variables: unit. */
export const UNIT_STATE_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
say active "$(systemctl show -p ActiveState --value "$unit" 2>/dev/null)"
say load "$(systemctl show -p LoadState --value "$unit" 2>/dev/null)"
say stale "$(systemctl show -p NeedDaemonReload --value "$unit" 2>/dev/null)"
`;

/** Starts a unit of ours and sees it stay up. Variables: run plan token unit. */
export const START_UNIT_SCRIPT = `${PRELUDE}${OWNERSHIP}
own
timeout 60 systemctl daemon-reload || refuse failed "systemctl daemon-reload"
timeout 90 systemctl start "$unit" 2>/dev/null
restarts=$(systemctl show -p NRestarts --value "$unit")
sleep 1
if [ "$(systemctl show -p ActiveState --value "$unit")" != active ] || [ "$(systemctl show -p NRestarts --value "$unit")" != "$restarts" ]; then
  refuse unit "$(journalctl -u "$unit" -n 1 -o cat --no-pager 2>/dev/null | tail -n 1)"
fi
say active "$unit pid $(systemctl show -p MainPID --value "$unit")"
`;

/** Stops a unit of ours, but never the proxy of a host that is captured. Variables: run plan token unit. */
export const STOP_UNIT_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ -z "$(in_force)" ] || refuse captured "its connections still go through the proxy"
timeout 60 systemctl disable --quiet "$unit" 2>/dev/null
timeout 90 systemctl stop "$unit" 2>/dev/null
systemctl reset-failed "$unit" 2>/dev/null
! systemctl is-active --quiet "$unit" || refuse unit "it does not stop"
say stopped "$unit"
`;

/**
 * Asks the proxy to let its clients go. One that has just been started may not answer yet; one that never does and holds
 * no connection has nobody to let go. The mark comes first: a proxy that may have been asked is never captured
 * for again without a restart. Variables: run plan token proxy_unit.
 */
export const DRAIN_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ -z "$(in_force)" ] || refuse captured "new connections still come to the proxy"
is_up "$proxy_unit" || { say left 0; exit 0; }
systemctl show -p InvocationID --value "$proxy_unit" > "$home/drained.new"
mv -f "$home/drained.new" "$home/drained"
tries=20
until timeout 20 "$home/proxy/control" drain >/dev/null 2>"$home/error"; do
  tries=$((tries - 1))
  if [ "$tries" -eq 0 ]; then
    error=$(tail -n 1 "$home/error")
    rm -f "$home/error"
    [ -n "$(proxied_connections)" ] && refuse drain "$error"
    say left 0
    exit 0
  fi
  sleep 1
done
rm -f "$home/error"
say draining yes
`;

/** Variables: proxy_unit. Changes nothing. */
export const DRAIN_STATE_SCRIPT = `${PRELUDE}
${OWNERSHIP}
read_owner
say owner "$owner_run"
is_up "$proxy_unit" || { say left 0; say stopped yes; exit 0; }
[ -f "$home/drained" ] && [ "$(cat "$home/drained")" = "$(systemctl show -p InvocationID --value "$proxy_unit")" ] && say draining yes
connections=$(proxied_connections)
say left "$(printf '%s' "$connections" | grep -c .)"
printf '%s\\n' "$connections" | head -n 10 | while read -r state in out local peer rest; do
  [ -z "$local" ] || say connection "$state $peer > $local"
done
exit 0
`;

/** Changes nothing. */
export const PROXY_STATE_SCRIPT = `${PRELUDE}${OWNERSHIP}
[ ! -x "$home/proxy/control" ] || say installed yes
proxy_ready && say ready yes
exit 0
`;
