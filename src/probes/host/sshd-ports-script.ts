/**
 * The ports that sshd is configured to. `sshd -T` says it, at the price of all else on this round together, since it sets
 * up its keys; so its files are read, and it is asked only where they hold anything but plain lines: a Match before, another pattern to
 * include, a service's name, a comment behind. Needs `sshd`: `files` for a program whose configuration is where systems
 * put it, `ask` for another. See sshd_config(5). For LISTING_AWK.
 */
export const SSHD_PORTS_AWK = `
function sshd_lines(file, depth, line, key, path, status, i) {
  # One file is one stream: read within itself it would begin anew for ever.
  if (file in reading) { unclear = 1; return }
  reading[file] = 1
  while ((status = (getline line < file)) > 0) {
    sub(/^[ \\t]+/, "", line); sub(/[ \\t\\r\\f]+$/, "", line)
    key = tolower(line)
    if (key ~ /^match([^a-z]|$)/) conditional = 1
    if (key !~ /^(port|include)([^a-z0-9]|$)/) continue
    if (conditional || depth > 3) unclear = 1
    path = line; sub(/^[A-Za-z]+([ \\t]+|[ \\t]*=[ \\t]*)/, "", path)
    if (key ~ /^port/ && path ~ /^[0-9]+$/) port_seen[path + 0] = 1
    else if (key ~ /^include/ && path == "/etc/ssh/sshd_config.d/*.conf") { for (i = 1; i < dropins; i++) sshd_lines(dropin[i], depth + 1) }
    else if (key ~ /^include/ && path ~ /^\\/[A-Za-z0-9._\\/-]+$/) sshd_lines(path, depth + 1)
    else unclear = 1
  }
  if (status < 0 && depth == 0) unclear = 1
  close(file)
  delete reading[file]
}
function sshd_asked(command, line) {
  command = "\\"$(command -v sshd)\\" -T 2>/dev/null"
  while ((command | getline line) > 0) if (line ~ /^port /) out("sshd", line)
  close(command)
}
BEGIN {
  unclear = sshd == "ask"
  dropins = split(ENVIRON["dropins"], dropin, "\\n")
  if (sshd == "files") sshd_lines("/etc/ssh/sshd_config", 0)
  for (port in port_seen) found_ports++
  if (unclear) sshd_asked()
  else if (sshd == "files" && !found_ports) out("sshd", "port 22")
  else for (port in port_seen) out("sshd", "port " port)
}
`.trim();

/** Sets `sshd` and `dropins` for it. */
export const SSHD_FILES = `
sshd=
dropins=
if [ "$uid" = 0 ] && where sshd; then
  case $found in /usr/sbin/sshd|/sbin/sshd|/usr/bin/sshd) sshd=files ;; *) sshd=ask ;; esac
  set +f
  for file in /etc/ssh/sshd_config.d/*.conf; do [ -f "$file" ] && dropins=$dropins$file$newline; done
  set -f
fi
`;
