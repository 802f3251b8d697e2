import { OWNERSHIP, PRELUDE } from './prelude.ts';

/**
 * Claims the outcome, then disarms, then makes it last over a boot: a dead-man switch that fires in between finds
 * the outcome taken. Variables: run plan token deadman_seconds proxy_unit
 * capture_unit keeper_unit.
 */
export const CONFIRM_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
case $(readlink "$capture/outcome" 2>/dev/null) in
  confirmed) ;;
  fired) refuse fired "$deadman_seconds" ;;
  *)
    [ -s "$capture/live" ] && [ "$(our_rules)" = "$(cat "$capture/live")" ] || refuse rules-gone "the rules are not those that were loaded"
    proxy_ready || refuse proxy-not-ready "it was, before the capture"
    ln -s confirmed "$capture/outcome" 2>/dev/null || refuse fired "$deadman_seconds"
    ;;
esac
stop_deadman || refuse deadman "it does not stop"
timeout 60 systemctl enable --quiet "$proxy_unit" "$capture_unit" || refuse failed "the units cannot be enabled"
for unit in "$capture_unit" "$keeper_unit"; do timeout 90 systemctl start "$unit" || refuse failed "$unit does not start"; done
say confirmed yes
`;

/** Variables: run token rules proxy_unit capture_unit. Changes nothing. */
export const CAPTURE_STATE_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
say outcome "$(readlink "$capture/outcome" 2>/dev/null)"
ours=$(our_rules)
[ -z "$(in_force)" ] || say live yes
[ -n "$ours" ] && [ "$ours" = "$(cat "$capture/live" 2>/dev/null)" ] && say complete yes
[ -f "$capture/rules" ] && [ "$(cat "$capture/rules")" = "$(printf '%s' "$rules")" ] && say same yes
systemctl is-active --quiet meshway-deadman.timer && say deadman armed
systemctl is-active --quiet meshway-deadman.service && say deadman running
for unit in $proxy_unit $capture_unit; do
  [ "$(systemctl is-enabled "$unit" 2>/dev/null)" = enabled ] && say enabled "$unit"
done
[ -d "$capture" ] && say kept yes
exit 0
`;

/** Variables: run plan token remove capture_unit. */
export const UNCAPTURE_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
timeout 60 systemctl disable --quiet "$capture_unit" 2>/dev/null
rm -f "/etc/systemd/system/multi-user.target.wants/$capture_unit"
sh -c "$remove" || refuse rules "they could not be removed"
timeout 60 systemctl stop "$capture_unit" 2>/dev/null
stop_deadman || refuse deadman "it does not stop"
rm -rf "$capture"
[ -z "$(in_force)" ] || refuse rules "they came back"
say uncaptured yes
`;
