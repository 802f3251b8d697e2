import { HEAD } from './on-host.ts';

/**
 * Puts the rules of a confirmed capture back when somebody has emptied the nat table, as firewalld does at every
 * reload: without them calls go plain, and a peer that is STRICT refuses them (decision 0031). A capture that was ended
 * on purpose is told from that by the redirections, which `remove` leaves. Nothing is put back while an operation of
 * meshway is at work, while the capture's own unit has not started (it tries again by itself, and `systemctl stop` would
 * remove nothing), or to a proxy that is not healthy. The record of the rules is a new file then, so that a look-back
 * begins anew: nobody counted in between.
 */
export const KEEP_CAPTURE = `${HEAD}
cd /var/lib/meshway/capture || exit 0
read -r ipt < backend
confirmed() { [ "$(readlink outcome)" = confirmed ]; }
# A table that iptables cannot show is no lost one.
lost() {
  shown=$("$ipt-save" -t nat 2>/dev/null)
  case $shown in *'-A MESHWAY_REDIRECT '*) return 1 ;; *COMMIT*) ;; *) return 1 ;; esac
}
put_back() {
  flock -n 9 && confirmed && lost || return 0
  systemctl is-active --quiet meshway-capture.service || return 0
  timeout 10 /var/lib/meshway/proxy/control healthy >/dev/null 2>&1 || return 0
  sh ./install && cp live live.new && mv -f live.new live && echo "the rules of the capture were gone, and are back"
}
while confirmed; do
  ! lost || (put_back) 9</var/lib/meshway
  sleep 2
done
`;
