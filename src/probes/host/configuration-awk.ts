/**
 * In front of DECLARES_AWK: follows which unit and which of its sources a line is of, and prints, for the host itself,
 * the files that command lines name (`path UNIT FILE`). Keys, archives, programs and what a name calls a secret are left out.
 *
 * A line with `mark` says what the next ones are: `UNIT SOURCE` themselves; `pid UNIT`, that its command line and its environment are to
 * come; `files`, that they do, in that order, with `next=` after each, which stands behind its last line where that has no end.
 */
export const PATHS_AWK = `
function turn(text) {
  if (text ~ /^pid /) { label = ""; due[++awaited] = substr(text, 5) " command"; due[++awaited] = substr(text, 5) " environment" }
  else if (text == "files" || text == "next=") label = due[++begun]
  else label = text
  found = 0; skip = 0; named = 0
}
pending != "" { turn(pending); pending = "" }
(at = index($0, mark)) > 0 { pending = substr($0, at + length(mark)); if (at == 1) next; $0 = substr($0, 1, at - 1) }
!skip && label ~ / command$/ && named < 8 {
  path = $0; sub(/^-[A-Za-z0-9_.-]*=/, "", path); sub(/^[a-z]*@/, "", path); sub(/^file:(\\/\\/)?/, "", path)
  if (path ~ /^\\/(etc|opt|srv|home|usr\\/local\\/etc|var\\/lib|run)\\/[A-Za-z0-9._\\/@+-]+$/ && path !~ /\\.\\.|\\.(pem|key|crt|cer|p12|pfx|jks|jar|war|so|pid|sock|log|gz|db)$/ && tolower(path) !~ /pass|pwd|secret|token|cred|shadow|private/) {
    split(label, owner, / /); print "path " owner[1] " " path; named++
  }
}
`.trim();

/**
 * Reads files (`file PATH` after all `path UNIT PATH`) and hands on, for DECLARES_AWK, the lines that can hold no secret.
 * In a file a value may stand far from its name, so whole lines go: comments, lines with a word that
 * means a secret, what is indented below one, what follows one that ends without a value, and what lies between BEGIN and END. Directives
 * that only sound like one, as `proxy_pass`, stay. Up to 2,000 lines of up to 4,096 characters, of 8 files a unit.
 */
export const CONFIGURATION_AWK = `
function indent_of(text) { match(text, /^[ \\t]*/); return RLENGTH }
function read(file, line, lines, plain, depth, listed, next_too, sealed) {
  depth = -1; listed = 0; next_too = 0; sealed = 0; lines = 0
  while (lines++ < 2000 && (getline line < file) > 0) {
    gsub(/\\r/, "", line)
    if (line ~ /-----BEGIN/) sealed = 1
    if (sealed) { if (line ~ /-----END/) sealed = 0; continue }
    if (line ~ /^[ \\t]*$/) continue
    if (depth >= 0 && (indent_of(line) > depth || (listed && indent_of(line) == depth && line ~ /^[ \\t]*-/))) { next_too = 0; continue }
    # In YAML the items of a list may stand below their key without being indented.
    if (next_too) { next_too = 0; depth = indent_of(line); listed = line ~ /^[ \\t]*-/; continue }
    depth = -1; listed = 0
    if (length(line) > 4096) continue
    plain = tolower(line)
    gsub(/(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_?pass(reverse|match)?|bypass|passthrough|keepalive/, "", plain)
    if (plain ~ /pass|pwd|secret|token|key|cred|auth|salt|sign|private/) {
      depth = indent_of(line)
      if (plain ~ /[]:=>|{[(,\\\\-]["]?[ \\t]*$/ || plain !~ /[:= \\t]/) next_too = 1
      continue
    }
    sub(/^[ \\t]+/, "", line); sub(/^(- )+/, "", line)
    if (line !~ /^(#|;|\\/\\/|--|<!--|\\*)/) print line
  }
  close(file)
}
$1 == "path" { owners[$3] = owners[$3] " " $2 }
$1 == "file" {
  directory = $2; sub(/\\/[^\\/]*$/, "", directory)
  if (tolower($2) ~ /pass|pwd|secret|token|cred|shadow|private|\\.(pem|key)$/) next
  count = split(owners[$2] (directory ~ /^\\/etc\\// ? owners[directory] : ""), unit, / /)
  for (i = 1; i <= count; i++) if (unit[i] != "" && ++files[unit[i]] <= 8) { print mark unit[i] " configuration"; read($2) }
}
`.trim();
