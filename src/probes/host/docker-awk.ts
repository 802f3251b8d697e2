import { DECLARES_AWK } from './declares-awk.ts';

/** Characters of one string of the engine's answer that are looked at; a longer one is left out whole. */
const MAX_STRING = 4096;
/** Items of environments and arguments that are kept until the end. */
const MAX_ITEMS = 50_000;

/**
 * Reads JSON documents, one after the other, and prints a fixed choice of their values; nothing else leaves it. Linear in
 * the size of the text: records end at quotes, so that every second one lies within a string, and the others hold
 * structure alone. A string counts once its closing quote was seen, and byte 036, which no JSON has, ends an answer that was cut off. An awk program without single quotes, for mawk, gawk and busybox.
 *
 * With \`list=1\` it prints the \`Id\` of each container of a list. Else it prints \`ENGINE NUMBER FIELD VALUE\` for each
 * container that it is given the answer to an inspection of, and at the end what these have in their environments and
 * arguments, as \`item<TAB>ENGINE NUMBER declares SOURCE<TAB>ITEM\`: these lines are for DECLARES_OF_CONTAINERS_AWK, and
 * for nobody else.
 */
export const CONTAINERS_AWK = `
function decoded(text,   out, code, at) {
  if (index(text, "\\\\") == 0) return text
  out = ""
  while ((at = index(text, "\\\\")) > 0) {
    out = out substr(text, 1, at - 1)
    code = substr(text, at + 1, 1)
    if (code == "u") { out = out character(tolower(substr(text, at + 2, 4))); text = substr(text, at + 6) }
    else { out = out (code ~ /["\\\\\\/]/ ? code : " "); text = substr(text, at + 2) }
  }
  return out text
}
function character(hex,   number) {
  if (hex !~ /^00[2-7][0-9a-f]$/ || hex == "007f") return "?"
  number = (index("0123456789abcdef", substr(hex, 3, 1)) - 1) * 16 + index("0123456789abcdef", substr(hex, 4, 1)) - 1
  return sprintf("%c", number)
}
function plain(text) { gsub(/[^ -~]/, "?", text); return substr(text, 1, 300) }
function opened(kind) {
  if (depth >= 60) { broken = 1; return }
  if (depth == 0) { number++; broken = 0 }
  base[++depth] = current
  kindOf[depth] = kind
  current = kind == "[" ? base[depth] SEP "*" : ""
  isKey = kind == "{"
}
function closed() {
  if (depth == 0) return
  if (kindOf[depth] == "{" && base[depth] ~ PORT) {
    if (hostPort ~ /^[0-9]+$/) say("port", protocolOf(base[depth]) " " hostPort " " hostAddress)
    hostAddress = ""; hostPort = ""
  }
  current = base[depth--]
  isKey = 0
}
function protocolOf(path,   part) { split(path, part, SEP); return plain(part[4]) }
function say(field, value) { if (!list) print engine, number, field, plain(value) }
function keep(source, value,   name) {
  name = source == "environment" ? tolower(value) : "="
  if (!sub(/=.*/, "", name) || name ~ /pass|pwd|secret|token|key|cred|auth|salt|sign/) return
  gsub(/[\\001-\\037\\177]/, " ", value)
  if (kept < ${MAX_ITEMS}) item[++kept] = "item\\t" engine " " number " declares " source "\\t" value
}
function takes(path, text,   part, count) {
  if (list) { if (path == SEP "*" SEP "Id" && text ~ /^[0-9a-f]+$/ && length(text) == 64) print text; return }
  if (path in FIELD) { say(FIELD[path], text); return }
  if (path == SEP "Config" SEP "Env" SEP "*") { keep("environment", text); return }
  if (path == SEP "Path" || path == SEP "Args" SEP "*") { keep("command", text); return }
  count = split(path, part, SEP)
  if (part[2] != "NetworkSettings") return
  if (part[3] == "Ports" && count == 6) { if (part[6] == "HostIp") hostAddress = plain(text); else if (part[6] == "HostPort") hostPort = text }
  if (part[3] != "Networks" || text == "") return
  gsub(/ /, "?", part[4])
  if (count == 5 && (part[5] == "IPAddress" || part[5] == "GlobalIPv6Address")) say("address", text " " plain(part[4]))
  if (count == 6 && (part[5] == "Aliases" || part[5] == "DNSNames")) say("alias", text)
}
function literal(text) { if (text != "" && !isKey && text ~ /^[-0-9a-z.+E]+$/) takes(current, text) }
function ended(text) {
  if (isKey) { gsub(/[\\001-\\037]/, " ", text); key = text; current = base[depth] SEP key; return }
  if (!broken) takes(current, text)
}
function structure(text,   at, size, sign, word) {
  if (isPending) { ended(length(piece) > ${MAX_STRING} ? "" : decoded(piece)); isPending = 0; piece = "" }
  size = length(text); word = ""
  for (at = 1; at <= size; at++) {
    sign = substr(text, at, 1)
    if (index("{}[],: \\t\\r\\n", sign) == 0) { if (length(word) < 40) word = word sign; continue }
    literal(word); word = ""
    if (sign == "{" || sign == "[") opened(sign)
    else if (sign == "}" || sign == "]") closed()
    else if (sign == ",") isKey = kindOf[depth] == "{"
    else if (sign == ":") isKey = 0
  }
}
BEGIN {
  RS = "\\""; SEP = "\\037"; END_OF_ANSWER = "\\036"; number = first - 1
  PORT = "^" SEP "NetworkSettings" SEP "Ports" SEP "[^" SEP "]*" SEP "[*]$"
  FIELD[SEP "Id"] = "id"; FIELD[SEP "Name"] = "name"; FIELD[SEP "Config" SEP "Image"] = "image"
  FIELD[SEP "State" SEP "Status"] = "state"; FIELD[SEP "State" SEP "Pid"] = "pid"
  FIELD[SEP "HostConfig" SEP "NetworkMode"] = "network"; FIELD[SEP "HostConfig" SEP "RestartPolicy" SEP "Name"] = "restart"
  FIELD[SEP "Config" SEP "Labels" SEP "com.docker.compose.project"] = "project"
  FIELD[SEP "Config" SEP "Labels" SEP "com.docker.compose.service"] = "service"
  FIELD[SEP "meshwayUnasked"] = "unasked"
}
{
  while ((mark = index($0, END_OF_ANSWER)) > 0) {
    if (!inString) structure(substr($0, 1, mark - 1))
    if (inString || depth > 0) cut = 1
    inString = 0; isPending = 0; depth = 0; isKey = 0; piece = ""; current = ""
    $0 = substr($0, mark + 1)
  }
}
inString {
  match($0, /\\\\*$/)
  if (length(piece) <= ${MAX_STRING}) piece = piece $0
  if (RLENGTH % 2 == 1) { piece = piece "\\""; next }
  inString = 0; isPending = 1
  next
}
{ structure($0); inString = 1; piece = "" }
END {
  for (at = 1; at <= kept; at++) print item[at]
  if (!list && (cut || depth > 0)) print engine, "0 cut yes"
}
`.trim();

/**
 * Takes what CONTAINERS_AWK prints. Fields go on as they are; of items only the pairs and URLs that DECLARES_AWK lets
 * through, and pairs whose host is the name of one of these containers.
 */
export const DECLARES_OF_CONTAINERS_AWK = `
!/^item\\t/ {
  if ($3 == "name" || $3 == "alias" || $3 == "service") { name = $4; sub(/^\\//, "", name); if (name ~ /^[A-Za-z0-9][A-Za-z0-9_.-]*$/) known[name] = 1 }
  print
  next
}
{
  split($0, field, "\\t")
  if (field[2] != label) { label = field[2]; skip = 0; found = 0 }
  $0 = field[3]
}
${DECLARES_AWK}
`.trim();
