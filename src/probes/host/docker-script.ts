import { CONTAINERS_AWK, DECLARES_OF_CONTAINERS_AWK } from './docker-awk.ts';

/** Containers of one engine that are inspected, those that run first. */
export const MAX_CONTAINERS = 500;
const LIST_BYTES = 16 * 1024 * 1024;
const INSPECT_BYTES = 1024 * 1024;

/** Where engines listen, the socket behind the engine's name; programs that run while it has containers. */
export const ENGINE_SOCKETS = [
  { engine: 'docker', socket: '/var/run/docker.sock', program: 'dockerd' },
  { engine: 'podman', socket: '/run/podman/podman.sock', program: 'conmon' },
] as const;

/** How an engine is asked: `engine_get TOOL SOCKET PATH` prints the body of the answer. */
const ENGINE_GET = `
engine_runs() { (set +f; cat /proc/[0-9]*/comm 2>/dev/null | grep -qx "$1"); }
bounded=
has timeout && bounded='timeout 5'
# The body of an answer of HTTP/1.0, which is never in chunks.
http_body() {
  cr=$(printf '\\r')
  read -r line || return 1
  case $line in 'HTTP/1.'[01]' 200'*) ;; *) return 1 ;; esac
  while read -r line; do [ "$line" = "$cr" ] && break; done
  cat
}
# engine_get TOOL SOCKET PATH
engine_get() {
  case $1 in
    curl) curl -qsf --max-time 5 --noproxy '*' --unix-socket "$2" "http://localhost$3" ;;
    docker)
      case $3 in
        /_ping) engine_docker "$2" version --format '{{if .Server}}OK{{end}}' ;;
        /containers/json) engine_docker "$2" ps --quiet --no-trunc ;;
        /containers/json*) engine_docker "$2" ps --all --quiet --no-trunc ;;
        *) id=\${3#/containers/}; engine_docker "$2" inspect --type container --format '{{json .}}' "\${id%/json}" ;;
      esac ;;
    python3) $bounded python3 -I -c 'import http.client, socket, sys
link = socket.socket(socket.AF_UNIX)
link.settimeout(5)
link.connect(sys.argv[1])
http = http.client.HTTPConnection("localhost")
http.sock = link
http.request("GET", sys.argv[2])
answer = http.getresponse()
if answer.status != 200: sys.exit(1)
sys.stdout.buffer.write(answer.read(${LIST_BYTES}))' "$2" "$3" ;;
    socat) printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$3" | $bounded socat -t 5 - "UNIX-CONNECT:$2" | http_body ;;
    nc) printf 'GET %s HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' "$3" | $bounded nc -U "$2" | http_body ;;
  esac 2>/dev/null
}
engine_docker() {
  at=$1; shift
  DOCKER_CONTEXT= DOCKER_TLS_VERIFY= DOCKER_API_VERSION= $bounded docker -H "unix://$at" "$@"
}
`.trim();

/** Which containers an engine has, and what each is. */
const ENGINE_READ = `
# The ids of an engine's containers, those that run first.
engine_ids() {
  for path in '/containers/json' '/containers/json?all=1'; do
    if [ "$1" = docker ]; then engine_get "$1" "$2" "$path"
    else engine_get "$1" "$2" "$path" | head -c ${LIST_BYTES} | awk -v list=1 '${CONTAINERS_AWK}'; fi
  done | awk 'length($0) == 64 && !/[^0-9a-f]/ && !seen[$0]++'
}
# What each of them is, one document after the other, and how many were not asked for.
engine_inspect() {
  began=$(date +%s)
  count=0
  while read -r id; do
    count=$((count + 1))
    if [ "$count" -gt ${MAX_CONTAINERS} ] || [ $(($(date +%s) - began)) -ge 10 ]; then break; fi
    engine_get "$1" "$2" "/containers/$id/json" < /dev/null | head -c ${INSPECT_BYTES}
    printf '\\036'
    id=
  done
  rest=$( { [ -z "$id" ] || echo "$id"; cat; } | wc -l )
  [ "$rest" -eq 0 ] || printf '{"meshwayUnasked":%d}' "$rest"
}
`.trim();

/** One engine, from whether it runs to its containers. */
const ENGINE = `
# engine NAME SOCKET PROGRAM
engine() {
  [ -S "$2" ] || return 0
  if ! engine_runs "$3"; then echo "$1 idle" | emit engine; return 0; fi
  if ! [ -r "$2" ] || ! [ -w "$2" ]; then echo "$1 unread right" | emit engine; return 0; fi
  tried=tool
  for tool in curl docker python3 socat nc; do
    has "$tool" || continue
    if [ "$tool" != curl ] && [ -z "$bounded" ]; then continue; fi
    tried=answer
    asked=$(date +%s)
    case $(engine_get "$tool" "$2" /_ping < /dev/null | head -c 100) in
      OK*)
        echo "$1 read $tool" | emit engine
        engine_ids "$tool" "$2" < /dev/null | engine_inspect "$tool" "$2" |
          awk -v engine="$1" -v first=1 '${CONTAINERS_AWK}' | awk '${DECLARES_OF_CONTAINERS_AWK}' | emit container
        return 0 ;;
    esac
    if [ $(($(date +%s) - asked)) -ge 4 ]; then tried=silent; break; fi
  done
  echo "$1 unread $tried" | emit engine
}
`.trim();

/**
 * The section of the host script on containers: asks each engine by its socket, GET alone, for its containers. An engine that
 * does not run is not asked, since a socket unit would start it. Whatever the answer, it takes no longer than
 * some 20 seconds an engine. Prints \`engine\` lines (\`docker read curl\`, \`docker idle\`, \`docker unread REASON\`) and
 * \`container\` lines, in which there is nothing of an environment but who is to be called.
 *
 * Needs awk; \`emit\` and \`has\` of the script; curl, or \`timeout\` with the docker command, python3, socat or an nc that
 * knows unix sockets.
 */
export function containersScript(
  engines: readonly { engine: string; socket: string; program: string }[] = ENGINE_SOCKETS,
): string {
  return `
${ENGINE_GET}
${ENGINE_READ}
${ENGINE}
${engines.map(({ engine, socket, program }) => `engine ${engine} ${socket} ${program}`).join('\n')}
set +f
users=
for socket in /run/user/*/docker.sock /run/user/*/podman/podman.sock; do
  [ -S "$socket" ] || continue
  case $socket in *docker.sock) users="docker $users" ;; *) users="podman $users" ;; esac
done
set -f
for one in docker podman; do case $users in *$one*) printf 'engine\\t%s rootless\\n' "$one" ;; esac; done
`;
}
