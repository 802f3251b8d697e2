/**
 * What stands around the services of a host, from files alone, within the one awk that reads all: its system, its resolver, what
 * names its hosts file holds, how much room it has, and its addresses where there is no `ip`. For LISTING_AWK.
 */
export const SURROUNDINGS_AWK = `
function copy(section, file, wanted, most, line, lines) {
  while (lines < most && (getline line < file) > 0) if (line ~ wanted) { print section "\\t" substr(line, 1, 1024); lines++ }
  close(file)
  return lines
}
# Local addresses of both families; the mask is not known, and not asked for.
function addresses_in(trie, line, word, at, seen, text) {
  while ((getline line < trie) > 0) {
    split(line, word, " ")
    if (word[1] ~ /^\\|--$/) at = word[2]
    else if (line ~ /host LOCAL/ && !seen[at]++) out("address", "0: - inet " at "/32")
  }
  while ((getline line < "/proc/net/if_inet6") > 0) {
    split(line, word, " "); text = word[1]
    if (length(text) == 32) { gsub(/..../, "&:", text); sub(/:$/, "", text); out("address", "0: " word[6] " inet6 " text "/128") }
  }
}
BEGIN {
  if (!copy("os", "/etc/os-release", "^(ID|VERSION_ID)=", 2)) copy("os", "/usr/lib/os-release", "^(ID|VERSION_ID)=", 2)
  copy("resolv", "/etc/resolv.conf", "^(nameserver|search|domain|options)[ \\t]", 50)
  copy("upstream", "/run/systemd/resolve/resolv.conf", "^nameserver[ \\t]", 50)
  copy("nsswitch", "/etc/nsswitch.conf", "^hosts:", 1)
  copy("hosts", "/etc/hosts", "^[ \\t]*[0-9a-fA-F.:]+[ \\t]", 1000)
  copy("memory", "/proc/meminfo", "^(MemTotal|MemAvailable):", 2)
  copy("load", "/proc/loadavg", ".", 1)
  copy("uptime", "/proc/uptime", ".", 1)
  if (!copy("online", "/sys/devices/system/cpu/online", ".", 1)) copy("processor", "/proc/cpuinfo", "^processor", 4096)
  if (trie != "") addresses_in(trie)
}
`.trim();

/** The host's own clock into `now`, in seconds since the epoch, with its fractions where date knows them. */
export const NOW = `now_is() { now=$(date +%s.%N 2>/dev/null); case $now in *[!0-9.]*|*.) now=$(date +%s) ;; esac; }
`;

/**
 * Which program sets the clock, and whether it does. Nothing is started for that: timedatectl would start a daemon. Daemons
 * are among the units; on a host without systemd they are told by their names.
 */
export const CLOCK = `
if [ -z "$shown" ]; then
  set +f
  for entry in /proc/[0-9]*/comm; do
    read -r comm 2>/dev/null < "$entry" || continue
    case $comm in chronyd|ntpd|openntpd|ntpsec|systemd-timesyn) fact timeDaemon "$comm" ;; esac
  done
  set -f
fi
# systemd's container interface: the clock of a container is its machine's.
container=
if [ -r /run/systemd/container ]; then read -r container < /run/systemd/container; fact container "$container"; elif [ -e /.dockerenv ]; then fact container docker; fi
[ -e /run/systemd/timesync/synchronized ] && fact timesync synchronized
if has chronyc; then fact chrony "$($limit chronyc -c -n tracking 2>/dev/null)"; fi
if has ntpq; then fact ntp "$($limit ntpq -c 'rv 0 leap,stratum' 2>/dev/null)"; fi
`;
