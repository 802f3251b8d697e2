import { OWNERSHIP, PRELUDE } from './prelude.ts';

/** Makes a directory for an upload, which the proxy's user may pass through. Variables: run plan token directory. */
export const HOME_SCRIPT = `${PRELUDE}${OWNERSHIP}
own
(umask 066; mkdir -p "$directory") || refuse failed "cannot make $directory"
say directory "$directory"
`;

/** Variables: run token path sha256 mode. */
export const ARTIFACT_STATE_SCRIPT = `${PRELUDE}
read_owner
say owner "$owner_run"
[ -f "$path" ] && [ ! -L "$path" ] || exit 0
digest=$(sha256sum < "$path")
say found "\${digest%% *} $(stat -c '%a %u' "$path")"
`;

/**
 * Variables: count, and for each i: path_i. Prints \`file i kind digest mode uid age-in-seconds size\`. The digest is of
 * the text without its last line breaks: a proxy may write a certificate again without them.
 */
export const FILES_STATE_SCRIPT = `${PRELUDE}
text_digest() { text=$(cat "$1"); printf '%s' "$text" | sha256sum | cut -d ' ' -f 1; }
read_owner
say owner "$owner_run"
i=0
while [ "$i" -lt "$count" ]; do
  eval "path=\\$path_$i"
  kind=none digest=-
  if [ -L "$path" ]; then kind=link
  elif [ -d "$path" ]; then kind=directory
  elif [ -f "$path" ]; then kind=file; digest=$(text_digest "$path")
  fi
  if [ "$kind" = none ]; then say file "$i none"
  else say file "$i $kind $digest $(stat -c '%a %u' "$path") $(($(date +%s) - $(stat -c %Y "$path"))) $(stat -c %s "$path")"
  fi
  i=$((i + 1))
done
exit 0
`;

/**
 * Variables: run plan token count, and for each i: path_i mode_i owner_i kind_i content_i. A file appears under
 * its name whole. The unfinished one lies where only root may write, and under a fixed name.
 */
export const WRITE_FILES_SCRIPT = `${PRELUDE}${OWNERSHIP}
make_directory() {
  [ -d "$1" ] && [ ! -L "$1" ] || (umask 066; mkdir -p "$1") || refuse failed "cannot make $1"
}
incoming_of() {
  case $1 in "$home"/*) echo "$home/incoming" ;; *) echo "\${1%/*}/.meshway-incoming" ;; esac
}
write_file() {
  incoming=$(incoming_of "$path")
  rm -f "$incoming"
  { printf '%s' "$content" > "$incoming" && chown "$owner:$owner" "$incoming" && chmod "$mode" "$incoming"; } \\
    || { rm -f "$incoming"; refuse failed "cannot write $path"; }
  sync "$incoming" 2>/dev/null
  mv -fT "$incoming" "$path" || { rm -f "$incoming"; refuse failed "cannot put $path in place"; }
}
own
i=0
while [ "$i" -lt "$count" ]; do
  eval "path=\\$path_$i mode=\\$mode_$i owner=\\$owner_$i kind=\\$kind_$i content=\\$content_$i"
  if [ "$kind" = directory ]; then
    make_directory "$path"
    chown "$owner:$owner" "$path" && chmod "$mode" "$path" || refuse failed "cannot set the owner of $path"
  else
    make_directory "\${path%/*}"
    write_file
  fi
  say written "$path"
  i=$((i + 1))
done
`;
