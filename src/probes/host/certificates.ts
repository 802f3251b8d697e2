import { X509Certificate } from 'node:crypto';
import type { HostCredentials } from '../../inventory/credentials.ts';

const MAX_CERTIFICATES = 8;
const MAX_CHARACTERS = 65_536;
const BLOCK = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+\n-----END CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, in its order. A block that is no certificate ends the list: what a host sends is
 * never more than parsed, and what follows it is not trusted to belong to it.
 */
export function parseCertificates(pem: string): X509Certificate[] {
  const found: X509Certificate[] = [];
  const blocks = pem.slice(0, MAX_CHARACTERS).replaceAll('\r', '').match(BLOCK) ?? [];
  for (const block of blocks.slice(0, MAX_CERTIFICATES)) {
    try {
      found.push(new X509Certificate(block));
    } catch {
      return found;
    }
  }
  return found;
}

/** What a host said of its credentials, understood: lines of a PEM chain, leaf first, and the token's `exp`. */
export function readCredentials(pem: string, expiry: string): HostCredentials {
  const [leaf] = parseCertificates(pem);
  const [notBefore, notAfter] = [isoOf(leaf?.validFromDate), isoOf(leaf?.validToDate)];
  return {
    certificate: notBefore !== null && notAfter !== null ? { notBefore, notAfter } : null,
    tokenExpiresAt: /^\d{1,11}$/.test(expiry) ? new Date(Number(expiry) * 1000).toISOString() : null,
  };
}

/** Null for a time that is none: a certificate may hold any bytes for it. */
function isoOf(date: Date | undefined): string | null {
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/**
 * Whether a chain, leaf first, leads to one of the roots. By signatures alone: whether its certificates are within
 * their time is another question.
 */
export function reachesRoot(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): boolean {
  let current = chain[0];
  for (let depth = 0; current && depth < MAX_CERTIFICATES; depth++) {
    const certificate = current;
    if (roots.some((root) => root.fingerprint256 === certificate.fingerprint256 || isIssuedBy(certificate, root)))
      return true;
    current = chain.find((other) => other !== certificate && isIssuedBy(certificate, other));
  }
  return false;
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
