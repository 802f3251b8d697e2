import { OWNERSHIP, PRELUDE } from './prelude.ts';

/** The marker of a host, and whether its lock is taken. Changes nothing. */
export const OWNER_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
say plan "$owner_plan"
say token "$owner_token"
[ ! -d "$home" ] || flock -n "$home" true 2>/dev/null || say busy yes
exit 0
`;

/** Variables: run plan token. */
export const RESTAMP_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ -n "$owner_run" ] || { say absent yes; exit 0; }
mark
say restamped yes
`;

/** Variables: run plan token. */
export const CLAIM_SCRIPT = `${PRELUDE}${OWNERSHIP}
make_home
take_lock
check_owner
mark
say restamped yes
`;

/** Variables: run plan token. A directory with anything else in it is somebody's, or the record of a retired unit. */
export const UNCLAIM_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ "$owner_run" = "$run" ] || exit 0
[ "$(ls -A "$home")" = owner ] || exit 0
rm -f "$home/owner"
rmdir "$home" && say home removed
`;
