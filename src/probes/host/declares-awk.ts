/**
 * Finds `host:port` pairs and URLs in arguments or environment entries, one a line, and prints nothing else of them:
 * a secret value must not leave its host. So
 * - what a name calls a secret is skipped, with the argument that follows it;
 * - everything up to an item's last \`@\` is dropped before anything is looked for, since it may be a password;
 * - outside of URLs only IPv4 addresses and names with a dot count as hosts, and names that \`known\` has as keys, which
 *   is empty where nobody fills it.
 * An awk program without single quotes, for mawk, gawk and busybox.
 */
export const DECLARES_AWK = `
{
  item = substr($0, 1, 4096)
  if (skip) { skip = 0; if (item !~ /^-/) next }
  name = item; sub(/=.*/, "", name)
  if (item ~ /^(-|[A-Za-z_][A-Za-z0-9_.-]*=)/ && tolower(name) ~ /pass|pwd|secret|token|key|cred|auth|salt|sign/) {
    if (item !~ /=/) skip = 1
    next
  }
  if (item ~ /@/) {
    scheme = ""
    if (match(item, /[a-z][a-z0-9+.-]*:\\/\\//)) scheme = substr(item, RSTART, RLENGTH)
    sub(/^.*@/, "", item)
    item = scheme item
  }
  count = split(item, part, /[^]A-Za-z0-9.:\\/[+_-]+/)
  for (i = 1; i <= count && found < 200; i++) {
    text = part[i]; sub(/^jdbc:/, "", text)
    url = match(text, /^[a-z][a-z0-9+.-]*:\\/\\//)
    start = url ? RLENGTH : 0
    rest = substr(text, start + 1)
    sub(/\\/.*/, "", rest)
    if (length(rest) > 260 || start > 20) continue
    if (rest !~ /^([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9a-fA-F:]+\\])(:[0-9][0-9]?[0-9]?[0-9]?[0-9]?)?$/) continue
    host = rest; sub(/:[0-9]+$/, "", host)
    if (!url && !((host in known) && host != rest) && rest !~ /^([0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|.*\\.[A-Za-z][A-Za-z0-9-]*|\\[.*\\]):[0-9]+$/) continue
    print label, substr(text, 1, start) rest
    found++
  }
}
`.trim();
