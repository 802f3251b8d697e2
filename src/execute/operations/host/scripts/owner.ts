import { OWNERSHIP, PRELUDE } from './prelude.ts';

/** The marker of a host. Changes nothing. */
export const OWNER_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
say plan "$owner_plan"
say token "$owner_token"
`;

/** Variables: run plan token. */
export const RESTAMP_SCRIPT = `${PRELUDE}${OWNERSHIP}
own_if_there
[ "$owner_run" = "$run" ] || refuse foreign "nobody"
mark
say restamped yes
`;
