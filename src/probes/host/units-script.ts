import { DECLARES_AWK } from './declares-awk.ts';
import { CONFIGURATION_AWK, PATHS_AWK } from './configuration-awk.ts';
import { MAX_SECTION_LINES } from './sections.ts';

const ASKED = [
  'Id,LoadState,MainPID,User,ActiveState,UnitFileState,ControlGroup,Restart,After,TriggeredBy',
  'ExecStart,Environment,EnvironmentFiles,ConfigurationDirectory',
  'Unit,LastTriggerUSec,NextElapseUSecRealtime,NextElapseUSecMonotonic,Listen',
].join(',');

/** Units that write firewall rules and may have ended since. */
const RULERS =
  'ufw|nftables|iptables|ip6tables|netfilter-persistent|firewalld|shorewall|ferm|docker|fail2ban|podman|kubelet|k3s';

/**
 * Sorts what `systemctl show` said. `view=told` prints what may leave the host: of `After=` only what orders a service
 * after the network and the mesh. `view=kept` prints what stays there: command lines, settings and files, by unit.
 * Units that do not run are told of where the estate names them or a timer starts them.
 */
const UNITS_AWK = `
function out(section, text) { if (++lines[section] <= ${MAX_SECTION_LINES + 1}) print section "\\t" text }
# Arguments come joined by blanks: after one that sounds like a secret nothing is known until the next that begins with a dash.
function arguments_in(text, count, i, part, hush) {
  count = split(text, part, / /)
  for (i = 1; i <= count; i++) {
    if (part[i] ~ /^-/) hush = 0
    if (tolower(part[i]) ~ /pass|pwd|secret|token|key|cred|auth|salt|sign|bearer/) hush = 1
    if (!hush && part[i] != "") print "item " id " command " part[i]
  }
}
function settings_in(text, one) {
  while (sub(/^ */, "", text) && text != "") {
    if (text ~ /^"/) {
      if (!match(text, /[^\\\\]"( |$)/)) return
      one = substr(text, 2, RSTART - 1); text = substr(text, RSTART + 2)
    } else { one = text; sub(/ .*/, "", one); text = substr(text, length(one) + 1) }
    print "item " id " environment " one
  }
}
function end_of(i, key, id_kind, text, part, count) {
  id = value["Id"]
  if (id == "" || value["LoadState"] != "loaded" || done[id]++) return
  if (id ~ /\\.timer$/) { if (view == "told") { for (i = 1; i <= keys; i++) if (name[i] ~ /^(Id|Unit|ActiveState|UnitFileState|LastTriggerUSec|NextElapseUSec.*)$/) out("timer", name[i] "=" value[name[i]]); out("timer", "") } return }
  if (id ~ /\\.socket$/) { if (view == "told") { print listens; out("sshsocket", "ActiveState=" value["ActiveState"]); out("sshsocket", "") } return }
  if (view == "told" && value["ActiveState"] == "active" && id ~ /^(${RULERS})\\.service$/) out("ruler", id)
  runs = value["MainPID"] + 0
  if (!runs && index(" " wanted " ", " " id " ") == 0 && value["TriggeredBy"] !~ /\\.timer/) return
  if (view == "told") {
    for (i = 1; i <= keys; i++) if (name[i] ~ /^(Id|LoadState|MainPID|User|ActiveState|UnitFileState|ControlGroup|Restart|TriggeredBy)$/) out("unit", name[i] "=" value[name[i]])
    count = split(value["After"], part, / /); text = ""
    for (i = 1; i <= count; i++) if (part[i] ~ /^(network(-online)?\\.target|time-sync\\.target|meshway-[a-z]+\\.service)$/) text = text (text == "" ? "" : " ") part[i]
    out("unit", "After=" text); out("unit", "")
    return
  }
  if (runs) print "pid " id " " runs
  # What a timer starts may have ended before anybody reads its process.
  if (!runs || value["TriggeredBy"] ~ /\\.timer/) {
    for (i = 1; i in commands; i++) { text = commands[i]; sub(/^.* argv\\[\\]=/, "", text); sub(/ ; ignore_errors=.*/, "", text); arguments_in(text) }
    settings_in(value["Environment"])
  }
  count = split(files, part, / /)
  for (i = 1; i <= count; i++) if (part[i] ~ /^\\/[A-Za-z0-9._\\/@+-]+$/ && part[i] !~ /\\.\\.|^\\/(proc|sys|dev)\\//) print "path " id " " part[i]
  count = split(value["ConfigurationDirectory"], part, / /)
  for (i = 1; i <= count; i++) if (part[i] ~ /^[A-Za-z0-9._\\/@+-]+$/ && part[i] !~ /\\.\\./) print "path " id " /etc/" part[i]
}
# An argument may hold line breaks, and empty lines: a unit ends where a known property follows an empty line.
/^$/ { blank = 1; next }
{
  at = index($0, "="); key = substr($0, 1, at - 1); text = substr($0, at + 1)
  if (!at || index("," asked ",", "," key ",") == 0) { if (runs_at) commands[runs_at] = commands[runs_at] " " $0; blank = 0; next }
  if (blank) { end_of(); split("", value); split("", commands); keys = 0; files = ""; listens = ""; blank = 0 }
  runs_at = 0
  if (key == "ExecStart") { runs_at = 1; while (runs_at in commands) runs_at++; commands[runs_at] = text; next }
  if (key == "EnvironmentFiles") { sub(/ \\(ignore_errors=.*/, "", text); files = files " " text; next }
  if (key == "Listen") { listens = listens (listens == "" ? "" : "\\n") "sshsocket\\t" $0; next }
  if (!(key in value)) name[++keys] = key
  value[key] = text
}
END { end_of() }
`.trim();

/**
 * The units of a host, and what they declare: from command lines and environments of those that run, from systemd's word of
 * those that a timer starts, and from files that either names. Nothing but hosts and ports leaves `declares`.
 */
export const UNITS = `
shown=
if has systemctl; then shown=$(systemctl show -p ${ASKED} '*.service' '*.timer' ssh.socket sshd.socket $units 2>/dev/null); fi
# A pattern matches units that run; the services of timers mostly do not.
timed=
if [ -n "$shown" ]; then timed=$(printf '%s\\n' "$shown" | awk '/^Unit=[A-Za-z0-9:_.@-]*\\.service$/ && !seen[$0]++ && ++count <= 200 { print substr($0, 6) }'); fi
if [ -n "$timed" ]; then shown="$shown$newline$newline$(systemctl show -p ${ASKED} -- $timed 2>/dev/null)"; fi
if [ -n "$shown" ]; then
  printf '%s\\n' "$shown" | awk -v view=told -v asked=${ASKED} -v wanted="$units" '${UNITS_AWK}'
  kept=$(printf '%s\\n' "$shown" | awk -v view=kept -v asked=${ASKED} -v wanted="$units" '${UNITS_AWK}')
  # One cat for the files of all units. Its own environment, the mark and nothing else, comes after each of them.
  where cat
  named=$(printf '%s\\n' "$kept" | {
    files=
    while read -r kind unit rest; do
      case $kind in
        pid) printf '\\000%spid %s\\000' "$mark" "$unit"; files="$files /proc/$rest/cmdline /proc/self/environ /proc/$rest/environ /proc/self/environ" ;;
        item) printf '\\000%s\\000%s\\000' "$mark$unit \${rest%% *}" "\${rest#* }" ;;
      esac
    done
    printf '\\000%sfiles\\000' "$mark"
    [ -z "$files" ] || env -i "\${mark}next=" "$found" $files 2>/dev/null
  } | tr '\\n\\000' ' \\n' | awk -v mark="$mark" '${PATHS_AWK}
${DECLARES_AWK}')
  files=$(printf '%s\\n%s\\n' "$kept" "$named" | while read -r kind unit path; do
    [ "$kind" = path ] || continue
    if [ -f "$path" ]; then printf '%s\\n' "$path"; else case $path in /etc/*) [ -d "$path" ] && printf '%s\\n' "$path" ;; esac; fi
  done | awk '!seen[$0]++ && ++count <= 200')
  # Regular files of up to 64 KiB: find tells both without opening one.
  if [ -n "$files" ]; then files=$(find -H $files -maxdepth 1 -type f -size -129 2>/dev/null | head -n 400); fi
  {
    printf '%s\\n' "$named"
    [ -z "$files" ] || { printf '%s\\n%s\\n' "$kept" "$named"; for file in $files; do printf 'file %s\\n' "$file"; done; } |
      $limit awk -v mark="$mark" '${CONFIGURATION_AWK}' | awk -v mark="$mark" '${PATHS_AWK}
${DECLARES_AWK}'
  } | grep -v -e '^path ' -e '^$' | sort -u | emit declares
  [ "$uid" = 0 ] || unseen environment no-root
else
  unseen units no-tool
fi
`;
