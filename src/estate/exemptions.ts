import type { CallerExemption, Estate, Exemption, Waiver } from './schema.ts';

/** Tells what accepts findings of an assessment from what lets a caller stay outside the mesh. */
export function isWaiver(exemption: Exemption): exemption is Waiver {
  return !('caller' in exemption);
}

/** Callers that can never join. */
export function callerExemptions({ exemptions }: Pick<Estate, 'exemptions'>): CallerExemption[] {
  return exemptions.flatMap((one) => (isWaiver(one) ? [] : [one]));
}

/** Findings of an assessment that somebody answers for. */
export function waiversOf({ exemptions }: Pick<Estate, 'exemptions'>): Waiver[] {
  return exemptions.filter(isWaiver);
}

/** An entry of the register in words: what it is about, and whom or what it concerns. */
export function exemptionName(exemption: Exemption): string {
  if (!isWaiver(exemption)) return `${exemption.caller} for service ${exemption.service}`;
  const { check, code, subject } = exemption;
  const what = [check === undefined ? '' : `check ${check}`, code ?? ''].filter((word) => word !== '').join(', ');
  return `${what === '' ? 'everything' : what}${subject === undefined ? ' wherever it is found' : ` on ${subject}`}`;
}

/** The register counts days in UTC: an entry holds until the day begins that it names. */
export function hasExpired({ expires }: Exemption, nowMs: number): boolean {
  return expires !== undefined && nowMs >= Date.parse(expires);
}
