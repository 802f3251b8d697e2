import { MAX_SECTION_LINES } from './sections.ts';

/**
 * What `ss` or the tables of /proc/net list, as sections: who listens, who is connected, and the processes behind them.
 * One awk for all of it: it reads names, control groups and users of processes from /proc by itself, and no process is
 * started for each. Of connections in TIME_WAIT, which a busy host has by the ten thousand, four are kept for each pair of addresses and
 * port of a service: they say that somebody calls, not how often. Without single quotes, for mawk, gawk and busybox.
 */
export const SOCKETS_AWK = `
function out(section, text) { if (++lines[section] <= ${MAX_SECTION_LINES + 1}) print section "\\t" text }
function port_of(end) { sub(/.*:/, "", end); return end }
function address_of(end) { sub(/:[^:]*$/, "", end); return end }
function later(text, local, peer) { waiting[++waits] = text; from[waits] = local; to[waits] = peer; fresh[waits] = text ~ /timewait,(1min|5[0-9]sec)/ }
function describe(pid, line, parts) {
  if (described[pid]++) return
  line = ""
  if ((getline line < ("/proc/" pid "/comm")) > 0) out("process", pid " comm " line)
  close("/proc/" pid "/comm")
  while ((getline line < ("/proc/" pid "/cgroup")) > 0) if (line ~ /^0::|^[0-9]+:name=systemd:/) out("process", pid " " line)
  close("/proc/" pid "/cgroup")
  while ((getline line < ("/proc/" pid "/status")) > 0) if (line ~ /^Uid:/) { split(line, parts, /[ \\t]+/); out("process", pid " user " (parts[3] in user ? user[parts[3]] : parts[3])) }
  close("/proc/" pid "/status")
}
BEGIN { while ((getline line < "/etc/passwd") > 0) { split(line, field, ":"); if (!(field[3] in user)) user[field[3]] = field[1] } close("/etc/passwd") }
source == "ss" && ($1 == "tcp" || $1 == "udp") {
  text = $0; sub(/^[a-z]+ +/, "", text)
  if ($2 == "LISTEN" || $2 == "UNCONN") { out("listening", $1 " " text); if ($1 == "tcp") served[port_of($5)] = 1 }
  else if ($1 == "tcp" && $2 == "ESTAB") out("connected", text)
  else if ($1 == "tcp" && $2 == "TIME-WAIT") later("connected\\t" text, $5, $6)
  else next
  while (match(text, /pid=[0-9]+/)) { pids[substr(text, RSTART + 4, RLENGTH - 4)] = 1; text = substr(text, RSTART + RLENGTH) }
}
source == "proc" && /^(tcp|udp)6? / {
  kind = substr($1, 1, 3)
  if ($5 != "0A" && $5 != "01" && $5 != "06" && (kind != "udp" || $5 != "07")) next
  row = kind " " $3 " " $4 " " $5 " " $11
  if (kind == "tcp" && $5 == "0A") served[port_of($3)] = 1
  if (kind == "tcp" && $5 == "06") { later("procnet\\t" row, $3, $4); next }
  out("procnet", row); held[$11] = 1
}
# ls -l /proc/PID/fd, which comes after the tables.
source == "proc" && /^\\/proc\\/[0-9]+\\/fd:/ { split($0, part, "/"); holder = part[3] }
source == "proc" && /socket:\\[[0-9]+\\]$/ {
  inode = $NF; gsub(/[^0-9]/, "", inode)
  if (inode in held) { out("procfd", holder " " $NF); pids[holder] = 1 }
}
END {
  # Those that ended within the last ten seconds first: they can be told whose they are.
  for (round = 1; round >= 0; round--) for (i = 1; i <= waits; i++) {
    if (fresh[i] != round) continue
    port = port_of(from[i]) in served ? port_of(from[i]) : port_of(to[i])
    if (++kept[address_of(from[i]) " " address_of(to[i]) " " port] <= 4) { split(waiting[i], part, "\\t"); out(part[1], part[2]) }
  }
  for (pid in pids) describe(pid)
}
`.trim();

/**
 * Asks for the sockets of a host, and who holds them; `from` says by which way. An old ss that does not know all options
 * says nothing, as one does on a host without sockets: the kernel's own count tells these apart, since its tables cost the same to
 * read with no socket as with thousands.
 */
export const SOCKETS = `
in_use() {
  for counts in /proc/net/sockstat /proc/net/sockstat6; do
    if ! [ -r "$counts" ]; then [ "$counts" = /proc/net/sockstat ] && return 0; continue; fi
    while read -r protocol word used word orphans word waiting rest; do
      case $protocol$used:$waiting in TCP:0:0|TCP6:0:*|UDP:0:*|UDP6:0:*) ;; TCP:*|TCP6:*|UDP:*|UDP6:*) return 0 ;; esac
    done < "$counts"
  done
  return 1
}
from=
sockets=
if has ss; then sockets=$(ss -H -tuanpo 2>/dev/null); fi
if [ -n "$sockets" ]; then from=ss
elif ! [ -r /proc/net/tcp ]; then unseen sockets no-tool
elif ! has ss || in_use; then from=proc
fi

# Connection tracking: who opened a connection, and which address it was meant for before somebody rewrote it.
tracked=0
if [ -r /proc/sys/net/netfilter/nf_conntrack_count ]; then read -r tracked < /proc/sys/net/netfilter/nf_conntrack_count; fi
if [ "$tracked" != 0 ]; then
  if [ "$uid" != 0 ]; then unseen connection-tracking no-root
  elif has conntrack; then conntrack -L -p tcp 2>/dev/null | track
  elif [ -r /proc/net/nf_conntrack ]; then track < /proc/net/nf_conntrack
  else unseen connection-tracking no-tool
  fi
fi
`;

/** Prints the sockets for SOCKETS_AWK. */
export const SOCKET_LISTS = `
socket_lists() {
  section "$from"
  if [ "$from" = ss ]; then printf '%s\\n' "$sockets"; return; fi
  for table in tcp tcp6 udp udp6; do [ -r "/proc/net/$table" ] && sed "s/^/$table /" "/proc/net/$table"; done
  set +f
  ls -l /proc/[0-9]*/fd 2>/dev/null
  set -f
}
`;

/** Lines of `conntrack -L` or /proc/net/nf_conntrack, of TCP, as `state client port server port client port server port`. */
export const TRACK = `
track() {
  awk '
    NR > 50000 { exit }
    !/ tcp |^tcp / { next }
    {
      text = ""; ends = 0; state = "-"
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^(src|dst|sport|dport)=/) { value = $i; sub(/^[a-z]+=/, "", value); text = text " " value; ends++ }
        else if ($i ~ /^[A-Z][A-Z_0-9]+$/) state = $i
      }
      if (ends == 8 && ++count <= ${MAX_SECTION_LINES + 1}) print "track\\t" state text
    }'
}
`;
