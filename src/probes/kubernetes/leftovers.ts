/**
 * Groups of kinds whose programs nobody maintains any more: SMI (archived by the CNCF in October 2023), Istio's Mixer and
 * its first policies (removed in 1.8 and 1.6), AWS App Mesh (ended in September 2026), Open Service Mesh (archived in 2023).
 */
const deadGroups =
  /^((split|access|specs|metrics)\.smi-spec\.io|(config|authentication|rbac)\.istio\.io|appmesh\.k8s\.aws|([a-z0-9-]+\.)?openservicemesh\.io)$/;

/** Whether nothing acts on the kinds of an API group any more. */
export function isDead(group: string): boolean {
  return deadGroups.test(group);
}
