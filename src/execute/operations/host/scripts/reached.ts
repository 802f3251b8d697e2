import { PRELUDE } from './prelude.ts';

/**
 * Who is connected to ports of this host, and who was until a minute ago: sockets in TIME_WAIT are remembered for 60 s
 * where the host closed first (Linux, `TCP_TIMEWAIT_LEN`). What the host calls by its loopback address is its own
 * business. Variables: ports. Changes nothing.
 */
export const REACHED_SCRIPT = `${PRELUDE}
command -v ss >/dev/null 2>&1 || refuse missing ss
filter=
for port in $ports; do filter="$filter or sport = :$port"; done
sockets=$(ss -Htn state connected state time-wait "( \${filter# or } )") || refuse failed "ss does not answer"
printf '%s\\n' "$sockets" | awk 'NF > 1 { print $NF }' |
  sed -e 's/:[0-9]*$//' -e 's/^\\[\\(.*\\)\\]$/\\1/' -e 's/%.*//' -e 's/^::ffff://' |
  grep -v -e '^127\\.' -e '^::1$' | sort -u | head -n 10 |
  while read -r peer; do say peer "$peer"; done
say looked yes
`;
