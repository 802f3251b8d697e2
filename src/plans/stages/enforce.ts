import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import type { MeshProvider } from '../../providers/provider.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { gateOf, memberChecks, sentMetrics } from './gates.ts';
import { recycleSteps } from './recycle.ts';
import { step } from './step.ts';

/** Plaintext is refused by every workload of a service, once all that call it have joined. */
export function enforceStage(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  wave: number,
): StageDraft {
  const callers = view.callersOf(service.name);
  const workloads = view.workloads(service.name);
  return {
    id: `enforce-${service.name}`,
    title: `${service.name} refuses plaintext`,
    wave,
    move: 'enforce',
    subjects: workloads.map(({ id }) => id),
    steps: [...recycleSteps(view, service), ...workloads.map(({ id }) => strictStep(view, provider, service, id))],
    gate: gateOf(
      view,
      workloads.flatMap(({ id }) => memberChecks(view, id)),
      callers.flatMap((caller) => sentMetrics(view, provider, caller)),
    ),
    blastRadius: `plaintext calls to ${service.name}; every observed caller has joined: ${callers.join(', ') || 'none seen'}`,
    reversible: 'yes',
  };
}

function strictStep(view: EstateView, provider: MeshProvider, service: EstateService, id: string): StepDraft {
  const ref = view.refOf(id);
  const onHost = ref !== undefined && isUnitRef(ref);
  const facts = ref && !isUnitRef(ref) ? view.kubeWorkload(ref) : undefined;
  const namespace = (onHost ? view.namespaceOf(service) : facts?.namespace) ?? '';
  const selector = facts?.selector ?? provider.target.hostLabels(service.name);
  const side = onHost ? 'vm' : 'pods';
  const rendered = provider.target.render(
    {
      intent: 'mtls.strict',
      id: `${service.name}-${side}-strict`,
      cluster: view.estate.provider.cluster,
      namespace,
      selector,
    },
    view.inventory,
  );
  return step(rendered, {
    action: `strict-${side}`,
    reason: `every observed caller of ${service.name} has joined, so plaintext to it is nobody’s we know`,
  });
}
