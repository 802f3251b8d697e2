/** Prints digest and mode of the file at $path, or nothing. */
export const DIGEST_SCRIPT = `
[ -f "$path" ] && [ ! -L "$path" ] || exit 0
digest=$(sha256sum < "$path") && printf '%s %s' "\${digest%% *}" "$(stat -c %a "$path")"
`;

/** A new login is of use when the user database and the resolver answer too. */
export const LOGIN_SCRIPT = `
id -u "$user" >/dev/null || { echo "its user $user is not found" >&2; exit 1; }
getent passwd "$user" >/dev/null || { echo "its user $user is not in the user database" >&2; exit 1; }
getent ahosts "$lookup" >/dev/null || { echo "the name $lookup does not resolve" >&2; exit 1; }
`;

/** What a script begins with that may be read by either of two shells. */
export const UNREAD = '#meshway:unread';

/**
 * The script on stdin as root, or as the login when sudo refuses. The second shell starts only if the first line is still
 * unread: a script of which the first shell has read any part is never read on by another.
 */
export const PREFER_ROOT_COMMAND = `sudo -n /bin/sh -s || { IFS= read -r first && [ "$first" = "${UNREAD}" ] && exec /bin/sh -s; }`;

/**
 * Receives a file: five lines (path, digest, mode, and the run and token that the marker of the host must have, or two
 * empty ones), then its bytes. The marker is compared before anything is written, and again under the host's lock when the
 * file gets its name: a former holder writes nothing, and none holds the lock while it sends. Not on \`sh -s\`: some shells read their
 * script ahead, and would take part of the file with it. One line without single quotes, for any login shell.
 * The name of the unfinished file is fixed, so that a second try leaves nothing of the first behind.
 */
export const RECEIVE_COMMAND = [
  'umask 077',
  'echo meshway:begin',
  'home=/var/lib/meshway',
  'ours() { [ -z "$run" ] || { grep -qxF "run $run" "$home/owner" && grep -qxF "token $token" "$home/owner"; } 2>/dev/null; }',
  'place() { [ -z "$run" ] || flock -w 20 9 || return 95',
  'ours || return 94',
  'chmod "$mode" "$path.upload" && mv -f "$path.upload" "$path" || return 93',
  '}',
  'receive() { IFS= read -r path && IFS= read -r sha && IFS= read -r mode && IFS= read -r run && IFS= read -r token || return 90',
  'ours || return 94',
  'mkdir -p -m 755 "${path%/*}" && rm -f "$path.upload" && cat > "$path.upload" || return 91',
  'got=$(sha256sum < "$path.upload")',
  'if [ "${got%% *}" != "$sha" ]; then rm -f "$path.upload"; return 92; fi',
  'if [ -n "$run" ]; then place 9< "$home"; else place; fi',
  'placed=$?',
  '[ "$placed" = 0 ] || rm -f "$path.upload"',
  'return "$placed"',
  '}',
  'receive',
  'status=$?',
  'printf "\\nmeshway:end %s\\n" "$status"',
  'exit "$status"',
].join('; ');

/** The commands that run as root, as sudo sees them: nothing that is said of a host is ever in one. */
export const ROOT_COMMANDS = {
  script: ['/bin/sh', '-s'],
  upload: ['/bin/sh', '-c', RECEIVE_COMMAND],
} as const;
