import { CREDENTIALS, CREDENTIAL_PATHS } from './credentials-script.ts';
import { containersScript } from './docker-script.ts';
import { LOOK_UP } from './look-up.ts';
import { MAX_SECTION_LINES } from './sections.ts';
import { FIREWALL, FIREWALL_LISTS } from './firewall-script.ts';
import { LISTING } from './listing-script.ts';
import { SOCKET_LISTS, SOCKETS, TRACK } from './sockets-script.ts';
import { SSHD_FILES } from './sshd-ports-script.ts';
import { CLOCK, NOW } from './surroundings-script.ts';
import { UNITS } from './units-script.ts';

/**
 * One round on a host, read only. Every line it prints is `section<TAB>text`: text that a host makes up cannot pose as
 * another section. Needs a POSIX shell with awk, sed and /proc; takes more from ss, ip, systemctl, iptables, nft, conntrack, chronyc
 * and getent, and says as `unseen` what it could not see for want of rights or tools. One program reads many files, rather than
 * one each: starting programs is what such a round costs.
 * Variables: `names` and `units` of the estate, separated by blanks.
 */
export const HOST_SCRIPT = `
set -f
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
LC_ALL=C
TZ=UTC
export PATH LC_ALL TZ

has() { command -v "$1" >/dev/null 2>&1; }
emit() { sed "s/^/$1\t/;${MAX_SECTION_LINES + 1}q"; }
newline='
'
fact() { printf 'fact\\t%s\\t%s\\n' "$1" "\${2%%"$newline"*}"; }
unseen() { printf 'unseen\\t%s %s\\n' "$1" "$2"; }
# Sets found to the file that would run: what command -v tells, without a process that hears it.
where() {
  found=
  IFS=:
  for place in $PATH; do
    if [ -f "$place/$1" ] && [ -x "$place/$1" ]; then found=$place/$1; break; fi
  done
  unset IFS
  [ -n "$found" ]
}
${CREDENTIALS}${LOOK_UP}${TRACK}${SOCKET_LISTS}${FIREWALL_LISTS}
${NOW}stamp() { now_is; fact "$1" "$now"; }

stamp begin
mark="meshway.$$.$now "
section() { printf '%s%s\\n' "$mark" "$1"; }
uid=
if [ -r /proc/self/status ]; then
  while read -r key word uid rest; do [ "$key" = Uid: ] && break; done < /proc/self/status
fi
[ -n "$uid" ] || uid=$(id -u)
fact uid "$uid"
# Where the kernel tells all three, since 6.1, no program has to.
if [ -r /proc/sys/kernel/arch ] && read -r arch < /proc/sys/kernel/arch && read -r kernel < /proc/sys/kernel/osrelease && read -r hostname < /proc/sys/kernel/hostname; then :
else hostname=$(uname -n); arch=$(uname -m); kernel=$(uname -r)
fi
fact hostname "$hostname"
fact arch "$arch"
fact kernel "$kernel"
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || libc=
if [ -z "$libc" ]; then
  set +f
  for file in /lib/ld-musl-*; do [ -e "$file" ] && libc=musl; done
  set -f
fi
fact libc "$libc"
init=
# sd_booted(3): where the first process is hidden, this directory says that it is systemd.
if [ -r /proc/1/comm ]; then read -r init < /proc/1/comm; elif [ -d /run/systemd/system ]; then init=systemd; fi
fact init "$init"
${SSHD_FILES}${SOCKETS}${LISTING}${UNITS}
${CLOCK}${FIREWALL}
outcome=/var/lib/meshway/capture/outcome
if [ -L "$outcome" ]; then fact capture "$(readlink "$outcome")"; elif [ -f "$outcome" ]; then fact capture "$(head -c 64 "$outcome")"; fi
if [ "$uid" = 0 ] && [ -d /var/lib/meshway/proxy ]; then
  fact proxy installed
  certificates_in ${CREDENTIAL_PATHS.certificate} | emit certificate
  fact tokenExpiry "$(token_expiry ${CREDENTIAL_PATHS.token})"
fi

${containersScript()}
seconds() { if [ -r /proc/uptime ]; then read -r clock rest < /proc/uptime; clock=\${clock%%.*}; else clock=$(date +%s); fi; }
if [ -n "$names" ] && ! has getent; then unseen names no-tool; names=; fi
seconds
start=$clock
count=0
for name in $names; do
  seconds
  if [ $((clock - start)) -gt 20 ]; then printf 'unasked\\t%s\\n' "$name"; continue; fi
  look_up "$name" | awk -v name="$name" '++lines <= 64 { print "name\\t" name " " $1 } END { print "name\\t" name " asked" }' &
  count=$((count + 1))
  [ $((count % 16)) -eq 0 ] && wait
done
wait
stamp end
`;
