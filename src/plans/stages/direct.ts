import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { meshError } from '../../errors/index.ts';
import type { MeshProvider } from '../../providers/provider.ts';
import { publishedName } from '../members.ts';
import type { StageDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { gateOf } from './gate-of.ts';
import { joinPodsStage } from './join.ts';
import { shiftStage } from './shift.ts';
import { step } from './step.ts';

/**
 * Path `direct`, first half: the name gets known to proxies before its callers join, with the VM behind it as it is. It has
 * no proxy and never gets one, so what reaches it through the mesh reaches it in plaintext.
 */
export function publishStage(view: EstateView, provider: MeshProvider, service: EstateService, wave: number): StageDraft {
  const { name, hostname = '', workload } = service;
  const published = publishedName(view, service);
  const publish = step(provider.target.render({ intent: 'name.publish', name: published }, view.inventory), {
    action: 'publish-name',
    reason: `proxies must know ${hostname} before its callers join, else their connections would bypass its route for good; the VM behind it takes plaintext as it does today`,
  });
  return {
    id: `publish-${name}`,
    title: `${hostname} gets known to the mesh, with the VM behind it`,
    wave,
    move: 'publish',
    subjects: [workloadIdOf(workload)],
    steps: [publish],
    gate: gateOf(view, publish.verify, []),
    blastRadius: `calls to ${hostname} of whoever is in the mesh: ${view.meshedCallersOf(name).join(', ') || 'nobody yet'}`,
    reversible: 'yes',
  };
}

/** Path `direct`, second half: the twin joins while it has no traffic, and gets it along the ladder, all in one stage. */
export function directStage(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  ids: { vm: string; twins: string[] },
  wave: number,
): StageDraft {
  const { name, hostname = '', workload, twin, port = 0 } = service;
  if (!isUnitRef(workload) || !twin) throw meshError('MW1999', { detail: `${name} moves directly, and has no unit or no twin` });
  const shift = shiftStage(view, provider, service, ids, wave);
  const join = joinPodsStage(view, provider, shift.id, workloadIdOf(twin), twin, wave);
  const isIn = view.kubeWorkload(twin)?.meshed === true;
  return {
    ...shift,
    id: `move-${name}`,
    title: `${twin.kind} ${twin.namespace}/${twin.name} joins the mesh and takes over ${hostname}`,
    steps: [...(isIn ? [] : join.steps), ...shift.steps],
    // Nobody counts what arrives at a VM without a proxy; its sockets tell whether somebody is left there.
    gate: gateOf(view, [...shift.gate.checks, { check: 'unit.unreached', ...workload, ports: [port] }], []),
    blastRadius: `${join.blastRadius}; ${shift.blastRadius}`,
  };
}
