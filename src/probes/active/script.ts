import { BANNER_BYTES } from '../../inventory/banner.ts';
import { LOOK_UP } from '../host/look-up.ts';

/** Connections and lookups that one source has under way at a time. */
const AT_ONCE = 8;

/**
 * Ways to open a connection, stay silent and hear what comes. Each prints `open` once the handshake is done, `hex DIGITS`
 * for what came, and its own words for a failure. None sends a byte. curl is not among them: its `telnet://` answers the
 * option bytes that a server may send. dd and not head, which loses what it holds when its time is up.
 */
const PYTHON = `import socket,sys,time
a,p,l=sys.argv[1:]
try: s=socket.create_connection((a,int(p)),3)
except Exception as e: print(type(e).__name__,e);sys.exit()
print("open",flush=True)
b=b"";e=time.time()+3
while l=="1" and len(b)<${BANNER_BYTES} and e>time.time():
 s.settimeout(max(.1,e-time.time()))
 try: c=s.recv(${BANNER_BYTES}-len(b))
 except OSError: break
 if not c: break
 b+=c
if l=="1": print("hex",b.hex())`;

const PERL = `($a,$p,$l)=@ARGV;$k=eval{require IO::Socket::IP;1}?"IO::Socket::IP":do{require IO::Socket::INET;"IO::Socket::INET"};
$s=$k->new(PeerHost=>$a,PeerPort=>$p,Proto=>"tcp",Timeout=>3) or die "$@\\n";$|=1;print "open\\n";
$e=time+3;while($l and length($b)<${BANNER_BYTES} and ($t=$e-time)>0){vec($r="",fileno $s,1)=1;select($r,undef,undef,$t)>0 or last;
sysread($s,$c,${BANNER_BYTES}-length $b) or last;$b.=$c}print "hex ",unpack("H*",$b),"\\n" if $l`;

const BASH = `exec 3<>"/dev/tcp/$0/$1" && echo open && [ "$2" = 1 ] && { timeout 3 dd bs=1 count=${BANNER_BYTES} <&3 2>/dev/null | od -An -v -tx1 | while read -r l; do echo "hex $l"; done; echo "hex "; }`;

const PYTHON_NAMES = `import socket,sys
for a in sorted({x[4][0] for x in socket.getaddrinfo(sys.argv[1],None,flags=socket.AI_ADDRCONFIG)}): print(a)`;

/**
 * Tries connections and looks names up, and changes nothing. Variables: \`targets\`, each \`NUMBER,ADDRESS,PORT,LISTENS\`,
 * and \`names\`, each \`NUMBER,NAME\`, separated by blanks. Prints \`section<TAB>NUMBER<TAB>text\`, so that no text of others
 * can pose as another line. Needs a POSIX shell, and one of python3, perl, bash and nc.
 */
export const TRY_SCRIPT = `
set -f
PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
has() { command -v "$1" >/dev/null 2>&1; }
${LOOK_UP}
tool=none
if has python3 && python3 -I -c 'import socket' 2>/dev/null; then tool=python3
elif has perl && perl -MIO::Socket -e 1 2>/dev/null; then tool=perl
elif has timeout && has dd && has od && has bash; then tool=bash
elif has timeout && has dd && has od && has nc; then tool=nc
fi
resolver=none
if has getent && has awk; then resolver=getent
elif [ "$tool" = python3 ]; then resolver=python3
elif has nslookup; then resolver=nslookup
fi
limited() { if has timeout; then timeout "$@"; else shift; "$@"; fi; }
attempt() {
  case $tool in
    python3) limited 15 python3 -I -c '${PYTHON}' "$1" "$2" "$3" ;;
    perl) limited 15 perl -e '${PERL}' "$1" "$2" "$3" ;;
    bash) timeout 8 bash -c '${BASH}' "$1" "$2" "$3" ;;
    nc)
      v=-v
      case $1 in *:*) v='-v -n' ;; *[!0-9.]*) ;; *) v='-v -n' ;; esac
      case $(nc -h 2>&1) in *BusyBox*) v= ;; esac
      sleep $((1 + 3 * $3)) | { timeout 6 nc $v -w 3 "$1" "$2"; echo "nc $?" >&2; } | dd bs=1 count=${BANNER_BYTES} 2>/dev/null | od -An -v -tx1 | while read -r l; do echo "hex $l"; done
      echo "hex " ;;
  esac
  echo "ended $?"
}
resolve() {
  case $resolver in
    getent) look_up "$1" ;;
    python3) limited 8 python3 -I -c '${PYTHON_NAMES}' "$1" 2>/dev/null ;;
    nslookup) limited 8 nslookup "$1" ;;
  esac
  echo asked
}
said() { while IFS= read -r line; do printf '%s\\t%s\\t%s\\n' "$1" "$2" "$line"; done; }
pace() { count=$((count + 1)); [ $((count % ${AT_ONCE})) -ne 0 ] || wait; }
printf 'tool\\t0\\t%s\\nresolver\\t0\\t%s\\n' "$tool" "$resolver"
count=0
[ "$tool" = none ] || for target in $targets; do
  number=\${target%%,*}; rest=\${target#*,}; address=\${rest%%,*}; rest=\${rest#*,}
  attempt "$address" "\${rest%%,*}" "\${rest#*,}" 2>&1 | said tried "$number" &
  pace
done
wait
count=0
[ "$resolver" = none ] || for target in $names; do
  resolve "\${target#*,}" 2>&1 | said name "\${target%%,*}" &
  pace
done
wait
printf 'end\\t0\\t\\n'
`;

/** The same with its variables as arguments, as the one word after \`sh -c\`. */
export const POD_SCRIPT = `targets=$1 names=$2\n${TRY_SCRIPT}`;
