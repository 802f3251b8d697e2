/** One rule of nft that iptables has no words for: with status 0 it shows nothing of the whole nat table any more. */
export const UNREADABLE = `nft -f - <<'END'
table ip nat {
  chain POSTROUTING {
    type nat hook postrouting priority 100;
    ip saddr { 10.0.0.0/8, 11.1.1.1 } masquerade random
  }
}
END`;
