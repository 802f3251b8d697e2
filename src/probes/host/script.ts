import { CREDENTIALS, CREDENTIAL_PATHS } from './credentials-script.ts';
import { DECLARES_AWK } from './declares-awk.ts';
import { containersScript } from './docker-script.ts';
import { LOOK_UP } from './look-up.ts';

/** Lines of one section that are kept. A host with more connections than this is seen in part, and a finding says so. */
export const MAX_SECTION_LINES = 20_000;

/**
 * One round on a host, read only. Every line it prints is `section<TAB>text`: text that a host makes up cannot pose as
 * another section. Needs a POSIX shell with awk, sed and /proc; takes more from ss, systemctl, iptables and getent.
 * Variables: `names` and `units` of the estate, separated by blanks.
 */
export const HOST_SCRIPT = `
set -f
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
LC_ALL=C
export PATH LC_ALL

has() { command -v "$1" >/dev/null 2>&1; }
emit() { head -n ${MAX_SECTION_LINES + 1} | sed "s/^/$1\t/"; }
fact() { printf '%s\\n' "$2" | head -n 1 | sed "s/^/fact\t$1\t/"; }
${CREDENTIALS}
stamp() { now=$(date +%s.%N 2>/dev/null); case $now in *[!0-9.]*|*.) now=$(date +%s) ;; esac; fact "$1" "$now"; }

stamp begin
fact uid "$(id -u)"
fact hostname "$(uname -n)"
fact arch "$(uname -m)"
fact kernel "$(uname -r)"
fact libc "$(getconf GNU_LIBC_VERSION 2>/dev/null || { for file in /lib/ld-musl-*; do echo musl; done; })"
fact init "$(cat /proc/1/comm)"
grep -E '^(ID|VERSION_ID)=' /etc/os-release 2>/dev/null | emit os
grep -E '^nameserver ' /etc/resolv.conf 2>/dev/null | emit resolv
if has ip; then ip -o addr show 2>/dev/null; fi | emit address

sockets=
if has ss; then
  listening=$(ss -H -tulnp 2>/dev/null)
  connected=$(ss -H -tnp 2>/dev/null)
  printf '%s\\n' "$listening" | emit listening
  printf '%s\\n' "$connected" | emit connected
  pids=$(printf '%s\\n%s\\n' "$listening" "$connected" | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -un)
else
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | emit procnet
  set +f
  ls -l /proc/[0-9]*/fd 2>/dev/null | awk '/^\\/proc/ { split($1, part, "/"); pid = part[3] } /socket:\\[/ { print pid, $NF }' | emit procfd
  set -f
  pids=$(ls /proc | grep '^[0-9][0-9]*$' | head -n 5000)
fi
for pid in $pids; do
  [ -r "/proc/$pid/cgroup" ] || continue
  read -r comm 2>/dev/null < "/proc/$pid/comm" && printf '%s comm %s\\n' "$pid" "$comm"
  while read -r line; do
    case $line in 0::*|*:name=systemd:*) printf '%s %s\\n' "$pid" "$line" ;; esac
  done 2>/dev/null < "/proc/$pid/cgroup"
done | emit process

if has systemctl; then
  shown=$(systemctl show -p Id,LoadState,MainPID,User,ActiveState,UnitFileState '*.service' $units 2>/dev/null)
  printf '%s\\n' "$shown" | emit unit
  systemctl show -p Listen,ActiveState ssh.socket sshd.socket 2>/dev/null | emit sshsocket
  for pid in $(printf '%s\\n' "$shown" | sed -n 's/^MainPID=\\([1-9][0-9]*\\)$/\\1/p' | sort -un); do
    [ -r "/proc/$pid/cmdline" ] && tr '\\n\\000' ' \\n' 2>/dev/null < "/proc/$pid/cmdline" | awk -v label="$pid command" '${DECLARES_AWK}'
    [ -r "/proc/$pid/environ" ] && tr '\\n\\000' ' \\n' 2>/dev/null < "/proc/$pid/environ" | awk -v label="$pid environment" '${DECLARES_AWK}'
  done 2>/dev/null | sort -u | emit declares
fi
if [ "$(id -u)" = 0 ] && has sshd; then "$(command -v sshd)" -T 2>/dev/null | grep '^port ' | emit sshd; fi

fact iptables "$(command -v iptables)"
has iptables && fact iptablesVersion "$(iptables -V 2>/dev/null)"
if [ "$(id -u)" = 0 ]; then
  if has iptables-nft-save; then iptables-nft-save -t nat 2>/dev/null | grep '^-A' | emit nat; fi
  # Asking the legacy tables would load them into the kernel: only when they are there already.
  if has iptables-legacy-save && grep -q nat /proc/net/ip_tables_names 2>/dev/null; then iptables-legacy-save -t nat 2>/dev/null | grep '^-A' | emit nat; fi
fi
outcome=/var/lib/meshway/capture/outcome
if [ -L "$outcome" ]; then fact capture "$(readlink "$outcome")"; elif [ -f "$outcome" ]; then fact capture "$(head -c 64 "$outcome")"; fi
if [ "$(id -u)" = 0 ] && [ -d /var/lib/meshway/proxy ]; then
  fact proxy installed
  certificates_in ${CREDENTIAL_PATHS.certificate} | emit certificate
  fact tokenExpiry "$(token_expiry ${CREDENTIAL_PATHS.token})"
fi

${containersScript()}
${LOOK_UP}
start=$(date +%s)
count=0
for name in $names; do
  if [ $(($(date +%s) - start)) -gt 20 ]; then echo "$name" | emit unasked; continue; fi
  { look_up "$name" | sed "s/^/$name /"; echo "$name asked"; } | emit name &
  count=$((count + 1))
  [ $((count % 16)) -eq 0 ] && wait
done
wait
stamp end
`;
