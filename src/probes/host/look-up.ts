/**
 * `look_up NAME` prints the addresses that the host itself is told for a name, one a line: by its resolver and its hosts
 * file alike, as its programs are.
 */
export const LOOK_UP = `
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 5'
look_up() { $limit getent ahosts "$1" 2>/dev/null | awk '!seen[$1]++ { print $1 }'; }
`;
