import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { foreignTo, refuseForeign } from './foreign.ts';
import { nameOf, stampObject } from './ownership.ts';
import { previewChange, previewNote } from './preview.ts';
import { type Backend, backendsIn, setWeights } from './route-shape.ts';
import { getExisting } from './set.ts';

type Weights = OperationOf<'route.weights'>;

/** Moves the weights of one of our routes, all in one update: there is no state in between. */
export const routeWeights: OperationHandler<'route.weights'> = {
  probe: async (operation, { world, stamp }) => {
    const route = await getExisting(world.kube(operation.cluster), operation.ref);
    const foreign = foreignTo(route, stamp);
    if (foreign) return foreign;
    const wanted = weightsOf(operation);
    const isSet = climbingRules(operation, route).every((backends) =>
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

/** The route with the weights of the operation on every rule that shares out calls. Pure. */
export function withWeights(operation: Weights, route: KubeObject): KubeObject {
  climbingRules(operation, route);
  return setWeights(route, weightsOf(operation));
}

/**
 * The rules that share out calls, which climb together. Throws MW1215 unless the route is complete with the operation's weights:
 * each of these rules has backends of the operation alone, whose weights add up to 100, and none of the operation's is in no
 * rule. A rule with a single backend sends all its calls there whatever the weights: only what all other rules have too may be it.
 */
function climbingRules(operation: Weights, route: KubeObject): Backend[][] {
  const wanted = weightsOf(operation);
  const rules = backendsIn(route);
  const climbing = rules.filter(({ length }) => length > 1);
  if (climbing.length === 0) throw unlike(operation, 'it has no rule with several backends');
  const planned = inWords(wanted.keys());
  const found = inWords(new Set(climbing.flatMap((backends) => backends.map(({ name }) => name))));
  if (found !== planned) throw unlike(operation, `it has the backends ${found}; the plan has ${planned}`);
  for (const backends of climbing) refuseIncomplete(operation, backends, wanted);
  for (const [only] of rules.filter(({ length }) => length === 1)) if (only) refuseAlone(operation, only, climbing);
  return climbing;
}

function refuseIncomplete(operation: Weights, backends: readonly Backend[], wanted: ReadonlyMap<string, number>): void {
  const sum = backends.reduce((total, { name }) => total + (wanted.get(name) ?? 0), 0);
  const names = backends.map(({ name }) => name);
  if (new Set(names).size < names.length)
    throw unlike(operation, `a rule of it has a backend twice: ${inWords(names)}`);
  if (sum !== 100) throw unlike(operation, `the weights of ${inWords(names)} add up to ${sum}, not 100`);
}

function refuseAlone(operation: Weights, only: Backend, climbing: readonly Backend[][]): void {
  if (!isInAll(only, climbing))
    throw unlike(operation, `a rule of it sends all its calls to ${only.name}, which not every other rule has`);
  if (only.weight === 0)
    throw unlike(operation, `a rule of it has ${only.name} alone, with weight 0: its calls go nowhere`);
}

/** Where a route has one rule with several backends, what is beside it is nobody's plan. */
const isInAll = (only: Backend, climbing: readonly Backend[][]): boolean =>
  climbing.length > 1 && climbing.every((backends) => backends.some(({ name }) => name === only.name));

const inWords = (names: Iterable<string>): string => [...names].sort().join(', ');

function weightsOf({ backends }: Weights): Map<string, number> {
  return new Map(backends.map(({ name, weight }) => [name, weight]));
}

function unlike({ cluster, ref }: Weights, reason: string): Error {
  return meshError('MW1215', { route: nameOf(ref), cluster, reason });
}
