import { OWNERSHIP, PRELUDE } from './prelude.ts';
import { TRACKING } from './tracking.ts';

/**
 * Who reached a unit's ports since a mark on the host. Four things are held against the mark:
 * - the packets of our own rules that send these ports to the proxy. A rule of the nat table meets the first packet
 *   of a connection and no other (iptables(8), "nat"), so they count connections, those that the proxy refuses too;
 * - the requests that the proxy has handed to these ports: they may come on connections from before the mark;
 * - connections to these ports past the proxy: from before the capture, and from the host itself;
 * - entries of connection tracking that are new, which also tell who it was, and so do the lists of the match
 *   \`recent\` for those who were refused: a source and the moment of its last new connection.
 * All counters begin anew with a boot, a capture or the proxy, and with them the look-back (\`epoch\`). Time is the
 * host's uptime, which no clock setting changes. Needs prelude and tracking. Variables: run unit ports seconds
 * proxy_unit capture_unit.
 */
const LOOK_BACK = `
mark=$home/lookback/$unit
record=$home/retired/$unit
uptime_seconds() { read -r up rest < /proc/uptime; echo "\${up%.*}"; }
invocation() { systemctl show -p InvocationID --value "$1" 2>/dev/null; }
is_captured() {
  ours=$(our_rules)
  [ -n "$ours" ] && [ "$ours" = "$(cat "$capture/live" 2>/dev/null)" ] && [ "$(readlink "$capture/outcome")" = confirmed ] || return 1
  for port in $ports; do
    printf '%s\\n' "$ours" | grep -q -e "-A MESHWAY_INBOUND .*--dport $port .*-j MESHWAY_IN_REDIRECT" || return 1
  done
}
new_connections() {
  for name in $(backends); do nat_of "$name" -c; done | awk -v ports=" $ports " '
    $2 == "-A" && / -j MESHWAY_IN_REDIRECT/ {
      for (i = 3; i < NF; i++) if ($i == "--dport" && index(ports, " " $(i + 1) " ")) {
        split(substr($1, 2), count, ":"); sum += count[1]
      }
    }
    END { printf "%.0f\\n", sum }'
}
# The proxy hands captured connections to the application from 127.0.0.6.
unproxied_peers() {
  filter=
  for port in $ports; do filter="$filter or sport = :$port"; done
  ss -Htn state established "( \${filter# or } )" | awk '{ print $4 }' |
    sed -e 's/:[0-9]*$//' -e 's/^\\[\\(.*\\)\\]$/\\1/' -e 's/%.*//' -e 's/^::ffff://' | grep -v -x -e 127.0.0.6 -e ::6
}
# Translated to the proxy's port for inbound connections, or from the host to itself.
tracked_callers() {
  inbound=$(our_rules | sed -n 's/.* -A MESHWAY_IN_REDIRECT .*--to-ports \\([0-9]*\\).*/\\1/p' | head -n 1)
  tcp_entries | awk -v ports=" $ports " -v inbound="$inbound" '
    !index(ports, " " $5 " ") || $2 == "127.0.0.6" { next }
    $7 == inbound || $4 ~ /^127\\./ || $4 == $2 { print "entry", $2, $3 }' | sort -u
}
noted_callers() {
  for port in $ports; do
    awk '{ sub(/^src=/, "", $1); print "noted", $1, $5 }' "/proc/net/xt_recent/MESHWAY_$port" 2>/dev/null
  done
}
look() {
  command -v ss >/dev/null 2>&1 || refuse missing ss
  epoch="$(cat /proc/sys/kernel/random/boot_id) $(stat -c %i-%Y "$capture/live") $(invocation "$capture_unit") $(invocation "$proxy_unit")"
  counted=$(new_connections)
  numbers=$(for port in $ports; do timeout 10 "$home/proxy/control" requests "$port" 2>/dev/null || exit 1; done) ||
    refuse proxy-not-ready "it does not tell how many requests it has served"
  served=$(printf '%s\\n' "$numbers" | awk '{ sum += $1 } END { printf "%.0f\\n", sum }')
  past=$(unproxied_peers)
  entries=$(tracked_callers; noted_callers)
}
begin() {
  mkdir -p -m 0700 "$home/lookback" || refuse failed "cannot write below $home"
  {
    printf 'run %s\\nepoch %s\\nsince %s\\ncounted %s\\nserved %s\\n' "$run" "$epoch" "$(uptime_seconds)" "$counted" "$served"
    printf '%s\\n' "$entries"
  } > "$mark.new" && mv -f "$mark.new" "$mark" || refuse failed "cannot write below $home"
}
read_mark() {
  mark_run= mark_epoch= since=0 mark_counted=0 mark_served=0
  [ -f "$mark" ] || return 1
  while read -r name value; do
    case $name in
      run) mark_run=$value ;; epoch) mark_epoch=$value ;; since) since=$value ;;
      counted) mark_counted=$value ;; served) mark_served=$value ;;
    esac
  done < "$mark"
}
# The verdict on what was looked at: none and anew (nothing to hold it against), called, early or over.
judge() {
  left=$seconds verdict=none news=
  read_mark && [ "$mark_run" = "$run" ] || return 0
  verdict=anew
  [ "$mark_epoch" = "$epoch" ] && [ "$counted" -ge "$mark_counted" ] && [ "$served" -ge "$mark_served" ] || return 0
  news=$(printf '%s\\n' "$entries" | grep -v -x -F -f "$mark")
  if [ "$counted" -gt "$mark_counted" ] || [ "$served" -gt "$mark_served" ] || [ -n "$news$past" ]; then
    verdict=called
    return 0
  fi
  left=$((seconds - $(uptime_seconds) + since))
  [ "$left" -gt 0 ] && verdict=early || { left=0; verdict=over; }
}
tell() {
  say verdict "$verdict"
  say left "$left"
  [ "$verdict" = called ] || return 0
  say connections "$((counted - mark_counted))"
  say requests "$((served - mark_served))"
  { printf '%s\\n' "$news" | awk '{ print $2 }'; printf '%s\\n' "$past"; } | grep . | sort -u | head -n 10 |
    while read -r peer; do say peer "$peer"; done
  printf '%s\\n' "$entries" | awk '$1 == "entry" { print $2 }' | sort -u | head -n 10 | while read -r peer; do say open "$peer"; done
}
# Looks, and begins the look-back where there is none that goes on.
look_back() {
  is_captured || refuse rules-gone "without those of the capture nothing counts who calls port(s) $ports"
  look
  judge
  case $verdict in none | anew) [ -z "$past" ] || { verdict=called mark_counted=$counted mark_served=$served; } ;; esac
  tell
  case $verdict in none | anew | called) begin ;; esac
}

unit_property() { systemctl show -p "$1" --value -- "$unit" 2>/dev/null; }
is_running() { case $(unit_property ActiveState) in inactive | failed | '') return 1 ;; esac; }
boots() { case $(systemctl is-enabled -- "$unit" 2>/dev/null) in enabled | enabled-runtime) ;; *) return 1 ;; esac; }
# What the unit was when this run began to retire it.
read_record() {
  was_run= was_active= was_enabled=
  [ -f "$record" ] || return 1
  while read -r name value; do
    case $name in run) was_run=$value ;; active) was_active=$value ;; enabled) was_enabled=$value ;; esac
  done < "$record"
  [ "$was_run" = "$run" ]
}
# Past the commit point: this run has changed something of the unit.
is_committed() {
  read_record || return 1
  { [ "$was_active" = yes ] && ! is_running; } || { [ "$was_enabled" = yes ] && ! boots; } || { ! is_running && ! boots; }
}
`;

/** Begins the look-back or goes on with it. Variables: run plan token unit ports seconds proxy_unit capture_unit. */
export const QUIET_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}${LOOK_BACK}
own
look_back
`;

/** As it stands, and nothing is changed. Variables: run unit ports seconds proxy_unit capture_unit. */
export const LOOK_BACK_STATE_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}${LOOK_BACK}
read_owner
say owner "$owner_run"
if [ -f "$mark" ] && [ "$owner_run" = "$run" ]; then say marked yes; fi
if read_record; then say recorded yes; fi
if is_committed; then say committed yes; fi
if is_running; then say running yes; fi
if boots; then say boots yes; fi
say load "$(unit_property LoadState)"
# In a shell of its own: a proxy that does not answer is no reason to say nothing at all.
if ! read_record && is_captured; then (look; judge; tell); fi
exit 0
`;

/** Takes the mark away, and the record of a unit that was not changed yet. Variables: run plan token unit. */
export const FORGET_SCRIPT = `${PRELUDE}${OWNERSHIP}${LOOK_BACK}
own_if_there
is_committed && refuse unit "$unit was stopped by this run"
rm -f "$mark" "$mark.new" "$record" "$record.new"
rmdir "$home/lookback" "$home/retired" 2>/dev/null
say forgotten yes
`;

/**
 * The commit point: a last look, then the unit is disabled and stopped, and with a socket or timer what it starts. The
 * record of what it was comes first, and stays on the host. Variables: as QUIET_SCRIPT, and stop_seconds.
 */
export const RETIRE_SCRIPT = `${PRELUDE}${OWNERSHIP}${TRACKING}${LOOK_BACK}
check_unit() {
  [ "$(unit_property LoadState)" = loaded ] || refuse unit "there is no unit $unit"
  for trigger in $(unit_property TriggeredBy); do
    ! systemctl is-active --quiet -- "$trigger" || refuse unit "$trigger is active and would start $unit again"
  done
  for other in $(unit_property RequiredBy) $(unit_property BoundBy) $(unit_property ConsistsOf); do
    case $other in
      *.target) ;;
      *) ! systemctl is-active --quiet -- "$other" || refuse unit "$other is active and would stop with it" ;;
    esac
  done
}
write_record() {
  mkdir -p -m 0700 "$home/retired" || refuse failed "cannot write below $home"
  is_running && was_active=yes || was_active=no
  boots && was_enabled=yes || was_enabled=no
  printf 'run %s\\nat %s\\nactive %s\\nenabled %s\\n' "$run" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$was_active" "$was_enabled" > "$record.new" &&
    sync "$record.new" && mv -f "$record.new" "$record" || refuse failed "cannot write below $home"
}
own
if ! is_committed; then
  look_back
  [ "$verdict" = over ] || exit 0
  check_unit
  write_record
fi
say was "active $was_active, enabled $was_enabled"
timeout 60 systemctl disable --quiet -- "$unit" 2>/dev/null
for each in "$unit" $(unit_property Triggers); do timeout "$stop_seconds" systemctl stop -- "$each" 2>/dev/null; done
! is_running || refuse unit "$unit does not stop"
! boots || refuse unit "$unit cannot be disabled: a boot would start it"
say retired "$unit"
`;

/** Variables: unit. Changes nothing. */
export const ESTATE_UNIT_SCRIPT = `${PRELUDE}
say active "$(systemctl show -p ActiveState --value -- "$unit" 2>/dev/null)"
say enabled "$(systemctl is-enabled -- "$unit" 2>/dev/null)"
`;
