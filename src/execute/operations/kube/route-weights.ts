import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { refuseForeign } from './foreign.ts';
import { nameOf, ownershipOf, stampObject } from './ownership.ts';
import { previewChange, previewNote } from './preview.ts';
import { type Backend, backendsIn, setWeights } from './route-shape.ts';
import { getExisting } from './set.ts';

type Weights = OperationOf<'route.weights'>;

/** Moves the weights of one of our routes, all in one update: there is no state in between. */
export const routeWeights: OperationHandler<'route.weights'> = {
  probe: async (operation, { world, stamp }) => {
    const route = await getExisting(world.kube(operation.cluster), operation.ref);
    const ownership = ownershipOf(route, stamp);
    if (!ownership.ours) return { state: 'foreign', who: ownership.who };
    const wanted = weightsOf(operation);
    const isSet = backendsOf(operation, route).every((backends) =>
      backends.every(({ name, weight }) => weight === wanted.get(name)),
    );
    return { state: isSet ? 'done' : 'not-done' };
  },

  // The weights of every rung are in the plan, there and back.
  remember: () => Promise.resolve([]),

  apply: async (operation, { world, stamp }) => {
    const kube = world.kube(operation.cluster);
    const set = await retryStale(async () => {
      const route = await getExisting(kube, operation.ref);
      refuseForeign(route, stamp);
      return await kube.replace(stampObject(withWeights(operation, route), stamp));
    });
    const shares = operation.backends.map(({ name, weight }) => `${name}=${weight}`).join(' ');
    return [`${nameOf(operation.ref)}: ${shares} (generation ${set.metadata.generation ?? 'unknown'})`];
  },

  preview: (operation, context) => retryStale(() => previewOnce(operation, context)),
};

async function previewOnce(operation: Weights, { world, stamp }: OperationContext): Promise<Preview> {
  const kube = world.kube(operation.cluster);
  const route = await kube.get(operation.ref);
  if (route === null) return previewNote(operation, 'update', `${nameOf(operation.ref)} is made by an earlier step`);
  refuseForeign(route, stamp);
  return previewChange(
    operation,
    route,
    await kube.replace(stampObject(withWeights(operation, route), stamp), { dryRun: true }),
  );
}

/** The route with the weights of the operation on every rule that has backends. Pure. */
export function withWeights(operation: Weights, route: KubeObject): KubeObject {
  backendsOf(operation, route);
  return setWeights(route, weightsOf(operation));
}

/** The backends of each rule; throws MW1215 unless each has exactly the backends of the operation and these add up to 100. */
function backendsOf(operation: Weights, route: KubeObject): Backend[][] {
  const sum = operation.backends.reduce((total, { weight }) => total + weight, 0);
  if (sum !== 100) throw unlike(operation, `the weights add up to ${sum}, not 100`);
  const names = (of: Iterable<string>): string => [...of].sort().join(', ');
  const planned = names(weightsOf(operation).keys());
  const rules = backendsIn(route);
  if (rules.length === 0) throw unlike(operation, 'it has no rule with backends');
  const other = rules.map((backends) => names(backends.map(({ name }) => name))).find((found) => found !== planned);
  if (other !== undefined) throw unlike(operation, `it has the backends ${other}; the plan has ${planned}`);
  return rules;
}

function weightsOf({ backends }: Weights): Map<string, number> {
  return new Map(backends.map(({ name, weight }) => [name, weight]));
}

function unlike({ cluster, ref }: Weights, reason: string): Error {
  return meshError('MW1215', { route: nameOf(ref), cluster, reason });
}
