import { CREDENTIALS, CREDENTIAL_PATHS } from './credentials-script.ts';
import { containersScript } from './docker-script.ts';
import { LOOK_UP } from './look-up.ts';
import { MAX_SECTION_LINES } from './sections.ts';
import { SOCKETS, TRACK } from './sockets-script.ts';
import { CLOCK, FIREWALL, SURROUNDINGS } from './surroundings-script.ts';
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
${CREDENTIALS}${LOOK_UP}${TRACK}
stamp() { now=$(date +%s.%N 2>/dev/null); case $now in *[!0-9.]*|*.) now=$(date +%s) ;; esac; fact "$1" "$now"; }

stamp begin
uid=$(id -u)
fact uid "$uid"
fact hostname "$(uname -n)"
fact arch "$(uname -m)"
fact kernel "$(uname -r)"
fact libc "$(getconf GNU_LIBC_VERSION 2>/dev/null || { set +f; for file in /lib/ld-musl-*; do [ -e "$file" ] && echo musl; done; })"
init=
# sd_booted(3): where the first process is hidden, this directory says that it is systemd.
if [ -r /proc/1/comm ]; then read -r init < /proc/1/comm; elif [ -d /run/systemd/system ]; then init=systemd; fi
fact init "$init"
${SURROUNDINGS}${SOCKETS}${UNITS}
if [ "$uid" = 0 ] && has sshd; then "$(command -v sshd)" -T 2>/dev/null | grep '^port ' | emit sshd; fi
${CLOCK}${FIREWALL}
outcome=/var/lib/meshway/capture/outcome
if [ -L "$outcome" ]; then fact capture "$(readlink "$outcome")"; elif [ -f "$outcome" ]; then fact capture "$(head -c 64 "$outcome")"; fi
if [ "$uid" = 0 ] && [ -d /var/lib/meshway/proxy ]; then
  fact proxy installed
  certificates_in ${CREDENTIAL_PATHS.certificate} | emit certificate
  fact tokenExpiry "$(token_expiry ${CREDENTIAL_PATHS.token})"
fi

${containersScript()}
start=$(date +%s)
count=0
if [ -n "$names" ] && ! has getent; then unseen names no-tool; names=; fi
for name in $names; do
  if [ $(($(date +%s) - start)) -gt 20 ]; then echo "$name" | emit unasked; continue; fi
  { look_up "$name" | sed "s/^/$name /"; echo "$name asked"; } | emit name &
  count=$((count + 1))
  [ $((count % 16)) -eq 0 ] && wait
done
wait
stamp end
`;
