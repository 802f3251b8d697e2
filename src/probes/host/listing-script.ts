import { FIREWALL_AWK } from './firewall-script.ts';
import { SOCKETS_AWK } from './sockets-script.ts';
import { SSHD_PORTS_AWK } from './sshd-ports-script.ts';
import { SURROUNDINGS_AWK } from './surroundings-script.ts';

/**
 * Reads what several programs list, one after the other, and files besides. A line that begins with `mark` says whose lines come
 * next: nobody on the host can know it before.
 */
export const LISTING_AWK = `
index($0, mark) == 1 { source = substr($0, length(mark) + 1); next }
source == "address" { out("address", $0) }
${SOCKETS_AWK}
${SURROUNDINGS_AWK}
${SSHD_PORTS_AWK}
${FIREWALL_AWK}
`.trim();

/**
 * One program for all of it, since starting programs is what the round costs. A listing whose way is not known yet (`from`,
 * `sshd`) is looked for before.
 */
export const LISTING = `
trie=
if ! has ip; then
  trie=/proc/net/fib_trie
  [ -r "$trie" ] || { trie=; unseen addresses no-tool; }
fi
{
  if has ip; then section address; ip -o addr show 2>/dev/null; fi
  [ -z "$from" ] || socket_lists
  [ "$uid" != 0 ] || firewall_lists
} | dropins=$dropins awk -v mark="$mark" -v trie="$trie" -v sshd="$sshd" '${LISTING_AWK}'
[ "$uid" = 0 ] || unseen socket-owners no-root
[ -r /proc/1/stat ] || unseen processes hidden-proc
`;
