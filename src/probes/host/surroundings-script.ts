/**
 * What stands around the services of a host, from files alone and in one awk: its system, its resolver, what names its hosts file holds,
 * and how much room it has.
 */
export const SURROUNDINGS = `
awk '
  function copy(section, file, wanted, most, line, lines) {
    while (lines < most && (getline line < file) > 0) if (line ~ wanted) { print section "\\t" substr(line, 1, 1024); lines++ }
    close(file)
    return lines
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
  }'
if has ip; then ip -o addr show 2>/dev/null | emit address
elif [ -r /proc/net/fib_trie ]; then
  # Local addresses of both families; the mask is not known, and not asked for.
  awk '
    FILENAME ~ /fib_trie/ { if ($1 ~ /^\\|--$/) at = $2; else if ($0 ~ /host LOCAL/ && !seen[at]++) print "address\\t0: - inet " at "/32" ; next }
    length($1) == 32 { text = $1; gsub(/..../, "&:", text); sub(/:$/, "", text); print "address\\t0: " $6 " inet6 " text "/128" }
  ' /proc/net/fib_trie $([ -r /proc/net/if_inet6 ] && echo /proc/net/if_inet6) 2>/dev/null
else unseen addresses no-tool
fi
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
if [ -r /run/systemd/container ]; then fact container "$(cat /run/systemd/container)"; elif [ -e /.dockerenv ]; then fact container docker; fi
[ -e /run/systemd/timesync/synchronized ] && fact timesync synchronized
if has chronyc; then fact chrony "$($limit chronyc -c -n tracking 2>/dev/null)"; fi
if has ntpq; then fact ntp "$($limit ntpq -c 'rv 0 leap,stratum' 2>/dev/null)"; fi
`;

/**
 * Whose firewall rules these are, told by the names of chains and tables. Asking for the legacy tables would load them into the kernel: they
 * are listed only when they are there already.
 */
export const FIREWALL = `
fact iptables "$(command -v iptables)"
has iptables && fact iptablesVersion "$(iptables -V 2>/dev/null)"
if [ "$uid" = 0 ]; then
  {
    if has iptables-nft-save; then iptables-nft-save 2>/dev/null; fi
    if has iptables-legacy-save && [ -s /proc/net/ip_tables_names ]; then iptables-legacy-save 2>/dev/null; fi
    if ! has iptables-nft-save && ! has iptables-legacy-save && has iptables-save && [ -s /proc/net/ip_tables_names ]; then iptables-save 2>/dev/null; fi
  } | awk '
    /^\\*/ { table = substr($1, 2) }
    /^:/ && $2 == "-" && ++chains <= 2000 { print "chain\\t" table " " substr($1, 2) }
    /^-A/ && table == "nat" && ++rules <= 20001 { print "nat\\t" $0 }
    /^-A/ { count[table]++ }
    END { for (table in count) print "rules\\t" table " " count[table] }'
  if has nft; then nft list tables 2>/dev/null | emit nftable
  # Whoever has iptables over nftables, or the module, may have tables that only nft shows.
  elif has iptables-nft-save || [ -e /sys/module/nf_tables ] || ! has iptables-save; then unseen firewall-rules no-tool
  fi
else
  unseen firewall-rules no-root
fi
`;
