/**
 * A root shell script that prints all of a machine that a join could leave a trace in: files with mode, owner and
 * digest, units, firewall in both backends, users, cgroups. What a running system changes by itself is left out.
 */
export const SNAPSHOT = `
cd /
find etc var/lib root home usr/local -xdev \\( -path var/lib/systemd/random-seed -o -path var/lib/systemd/timers -o -path var/lib/systemd/timesync -o -path var/lib/private \\) -prune \\
  -o -type f -printf '%p %m %U:%G ' -exec sh -c 'sha256sum < "$1" | cut -c1-64' sh {} \\; \\
  -o -type l -printf '%p -> %l\\n' -o -type d -printf '%p/ %m %U:%G\\n' | sort
echo == units
systemctl list-unit-files --no-legend --no-pager
systemctl list-units --all --plain --no-legend --no-pager --type=service,timer,socket | awk '{ print $1, $2, $3 }' | grep -v -e '^session-' -e '^user' | sort
ls /run/systemd/transient 2>/dev/null | grep -v -e '^session-' -e '\\.scope$'
echo == firewall
for backend in iptables-nft iptables-legacy ip6tables-nft ip6tables-legacy; do
  case $backend in *legacy) [ -s /proc/net/ip_tables_names ] || continue ;; esac
  echo "-- $backend"; $backend-save | grep -v '^#' | sed 's/\\[[0-9:]*\\]//'
done
echo == processes
ps -eo user:12,args --no-headers | awk '$1 == "1337" || /meshway/ && !/awk/' | grep -v 'sh -s'
find /sys/fs/cgroup -name '*meshway*' 2>/dev/null
exit 0
`;
