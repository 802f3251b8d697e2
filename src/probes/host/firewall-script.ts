/** Whose firewall rules these are, told by the names of chains and tables. For LISTING_AWK. */
export const FIREWALL_AWK = `
source == "rules" && /^\\*/ { table = substr($1, 2) }
source == "rules" && /^:/ && $2 == "-" && ++chains <= 2000 { print "chain\\t" table " " substr($1, 2) }
source == "rules" && /^-A/ && table == "nat" && ++nats <= 20001 { print "nat\\t" $0 }
source == "rules" && /^-A/ { rules[table]++ }
source == "nftable" { out("nftable", $0) }
END { for (table in rules) print "rules\\t" table " " rules[table] }
`.trim();

/**
 * Prints the rules for FIREWALL_AWK. Asking for the legacy tables would load them into the kernel: they are listed only when
 * they are there already.
 */
export const FIREWALL_LISTS = `
firewall_lists() {
  section rules
  if has iptables-nft-save; then iptables-nft-save 2>/dev/null; fi
  if has iptables-legacy-save && [ -s /proc/net/ip_tables_names ]; then iptables-legacy-save 2>/dev/null; fi
  if ! has iptables-nft-save && ! has iptables-legacy-save && has iptables-save && [ -s /proc/net/ip_tables_names ]; then iptables-save 2>/dev/null; fi
  if has nft; then section nftable; nft list tables 2>/dev/null; fi
}
`;

/**
 * Which iptables there is. One file has several names, and does what it is called: where \`iptables\` is the same file as
 * \`iptables-nft\`, that says what \`iptables -V\` would.
 */
export const FIREWALL = `
where iptables
fact iptables "$found"
if [ -n "$found" ]; then
  if [ "$found" -ef "$found-nft" ]; then fact iptablesVersion '(nf_tables)'
  elif [ "$found" -ef "$found-legacy" ]; then fact iptablesVersion '(legacy)'
  else fact iptablesVersion "$(iptables -V 2>/dev/null)"
  fi
fi
if [ "$uid" != 0 ]; then unseen firewall-rules no-root
elif has nft; then :
# Whoever has iptables over nftables, or the module, may have tables that only nft shows.
elif has iptables-nft-save || [ -e /sys/module/nf_tables ] || ! has iptables-save; then unseen firewall-rules no-tool
fi
`;
