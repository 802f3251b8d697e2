import { CREDENTIALS } from '../../../../probes/host/credentials-script.ts';
import { NOW } from '../../../../probes/host/surroundings-script.ts';
import { OWNERSHIP, PRELUDE } from './prelude.ts';

/**
 * How a joined host's proxy and its credentials stand: public certificates, and when the token expires. Variables:
 * unit certificate token. Changes nothing.
 */
export const CREDENTIALS_SCRIPT = `${PRELUDE}${OWNERSHIP}${CREDENTIALS}${NOW}
now_is
say begin "$now"
read_owner
say owner "$owner_run"
[ ! -x "$home/proxy/control" ] || say installed yes
say active "$(systemctl show -p ActiveState --value "$unit" 2>/dev/null)"
proxy_ready && say ready yes
certificates_in "$certificate" | while IFS= read -r line; do say certificate "$line"; done
[ -f "$certificate" ] && [ ! -L "$certificate" ] && say digest "$(sha256sum < "$certificate" | cut -d ' ' -f 1)"
say expiry "$(token_expiry "$token")"
now_is
say end "$now"
exit 0
`;

/**
 * Restarts the proxy of a joined host on the credentials that lie there. One that has become ready meanwhile keeps its
 * connections, unless force is set. A certificate that is of no use goes while nobody runs that could write it
 * anew, and only if it is still the one with that digest. The capture, if there is one, stays as it is. Variables: run plan token unit
 * certificate digest force.
 */
export const RESTART_PROXY_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ "$owner_run" = "$run" ] || refuse foreign "nobody"
if [ -z "$force" ] && proxy_ready; then say ready yes; exit 0; fi
timeout 60 systemctl daemon-reload || refuse failed "systemctl daemon-reload"
timeout 90 systemctl stop "$unit" 2>/dev/null
if [ -n "$digest" ] && [ -f "$certificate" ] && [ ! -L "$certificate" ] \\
  && [ "$(sha256sum < "$certificate" | cut -d ' ' -f 1)" = "$digest" ]; then
  rm -f "$certificate" && say dropped "$certificate"
fi
systemctl reset-failed "$unit" 2>/dev/null
timeout 90 systemctl start "$unit" 2>/dev/null
# A start that did not settle is followed by another.
left=60
until sleep 1; [ "$(systemctl show -p ActiveState --value "$unit")" = active ] || [ "$left" -le 0 ]; do left=$((left - 1)); done
[ "$(systemctl show -p ActiveState --value "$unit")" = active ] \\
  || refuse unit "$(journalctl -u "$unit" -n 1 -o cat --no-pager 2>/dev/null | tail -n 1)"
say restarted "$unit pid $(systemctl show -p MainPID --value "$unit")"
`;
