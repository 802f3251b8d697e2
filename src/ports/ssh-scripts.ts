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
 * Receives a file: three lines (path, digest, mode), then its bytes. Not on \`sh -s\`: some shells read their
 * script ahead, and would take part of the file with it. One line without single quotes, for any login shell.
 * The name of the unfinished file is fixed, so that a second try leaves nothing of the first behind.
 */
export const RECEIVE_COMMAND = [
  'umask 077',
  'echo meshway:begin',
  'receive() { IFS= read -r path && IFS= read -r sha && IFS= read -r mode || return 90',
  'mkdir -p -m 755 "${path%/*}" && rm -f "$path.upload" && cat > "$path.upload" || return 91',
  'got=$(sha256sum < "$path.upload")',
  'if [ "${got%% *}" != "$sha" ]; then rm -f "$path.upload"; return 92; fi',
  'chmod "$mode" "$path.upload" && mv -f "$path.upload" "$path" || return 93',
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
