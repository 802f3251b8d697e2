/**
 * Where the proxy of a joined host keeps its credentials, as the Istio provider lays them out: the certificate that
 * pilot-agent writes for itself (OUTPUT_CERTS), and the service account token that a join puts there.
 */
export const CREDENTIAL_PATHS = {
  certificate: '/var/lib/meshway/proxy/etc/certs/cert-chain.pem',
  token: '/var/lib/meshway/proxy/var/run/secrets/tokens/istio-token',
} as const;

/**
 * What of a host's credentials may leave it: public certificates, and when its token expires. Whatever else the files
 * hold, a key or the token itself, stays there. The files lie where the proxy's user may write, so a link is not followed.
 */
export const CREDENTIALS = `
certificates_in() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  head -c 65536 "$1" | awk '
    /^-----BEGIN / { inside = ($0 == "-----BEGIN CERTIFICATE-----") }
    inside && /^[-A-Za-z0-9+\\/= ]+$/ { print }
    /^-----END / { inside = 0 }'
}
# In seconds since the epoch: the one number that is taken out of its payload (RFC 7519, section 4.1.4).
token_expiry() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 0
  payload=$(head -c 16384 "$1" | cut -d . -f 2 | tr -d '\\r\\n' | tr -- '-_' '+/')
  case $((\${#payload} % 4)) in 2) payload="$payload==" ;; 3) payload="$payload=" ;; esac
  printf '%s' "$payload" | base64 -d 2>/dev/null | tr ',{}' '\\n\\n\\n' | sed -n 's/^ *"exp" *: *\\([0-9]\\{1,11\\}\\) *$/\\1/p' | head -n 1
}
`;
