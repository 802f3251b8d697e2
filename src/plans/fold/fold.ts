import { canonicalJson } from '../canonical.ts';
import type { Hash, MigrationPlan } from '../plan.ts';
import { Budget, expand, isCall, type Templates, UnfoldError } from './expand.ts';
import { foldList } from './fold-list.ts';
import { isMap, type Json } from './generalise.ts';

type Fields = Record<string, Json>;

/** Far above any plan: the file itself may have 64 MiB. */
const MAX_CHARACTERS = 256 * 1024 * 1024;

/**
 * The plan as its file has it: steps that are alike, and then stages that are, are written once, as templates, with
 * what differs beside each use. Field names play no part, so that whatever a plan holds is folded. A plan in which
 * nothing is saved is returned as it is.
 * @param hash with it the hashes of folded steps are left out where they follow from the step
 */
export function foldPlan(plan: MigrationPlan, hash?: Hash): Fields {
  const fields = plan as unknown as Fields;
  const stages = plan.stages as unknown as Fields[];
  const steps = foldList(stages.flatMap((stage) => stepsOf(stage).map((step) => withoutHash(step, hash))));
  const original = stages.flatMap(stepsOf);
  const shown = steps.items.map((step, at) => (isCall(step) ? step : (original[at] ?? null)));
  let from = 0;
  const short = stages.map((stage) => {
    const count = stepsOf(stage).length;
    from += count;
    return { ...stage, steps: shown.slice(from - count, from) };
  });
  const folded = foldList(short);
  const templates = templatesOf(steps.templates, folded.templates);
  if (templates === undefined) return fields;
  const entries = Object.entries(fields).flatMap(([name, value]): [string, Json][] =>
    name === 'stages' ? [['templates', templates], ['stages', folded.items]] : [[name, value]],
  );
  return Object.fromEntries(entries);
}

/**
 * The plan of a folded file, as it was before it was folded; anything else is returned as it is, for the schema to judge.
 * @throws UnfoldError
 */
export function unfoldPlan(file: unknown, hash: Hash): unknown {
  if (!isMap(file as Json) || !Object.hasOwn(file as Fields, 'templates')) return file;
  const { templates, stages, ...rest } = file as Fields;
  const known = knownTemplates(templates ?? null);
  const budget = new Budget(MAX_CHARACTERS);
  if (!Array.isArray(stages)) throw new UnfoldError('it has templates and no list of stages');
  const unfolded = stages.map((one) => {
    const stage = isCall(one) ? expand(one, known.stages, budget) : one;
    if (!isMap(stage) || !Array.isArray(stage['steps'])) return stage;
    return { ...stage, steps: stage['steps'].map((step) => unfoldStep(step, known.steps, budget, hash)) };
  });
  return { ...rest, stages: unfolded };
}

function unfoldStep(step: Json, templates: Templates, budget: Budget, hash: Hash): Json {
  if (!isCall(step)) return step;
  const expanded = expand(step, templates, budget);
  if (!isMap(expanded) || Object.hasOwn(expanded, 'hash')) return expanded;
  return { ...expanded, hash: hash(canonicalJson(expanded)) };
}

const stepsOf = (stage: Fields): Json[] => (Array.isArray(stage['steps']) ? stage['steps'] : []);

/** The step without its hash, where that is the one which reading gives it anew. */
function withoutHash(step: Json, hash: Hash | undefined): Json {
  if (!isMap(step) || hash === undefined) return step;
  const { hash: sealed, ...rest } = step;
  return sealed === hash(canonicalJson(rest)) ? rest : step;
}

function templatesOf(steps: Fields, stages: Fields): Fields | undefined {
  const kinds = Object.entries({ steps, stages }).filter(([, kind]) => Object.keys(kind).length > 0);
  return kinds.length === 0 ? undefined : Object.fromEntries(kinds);
}

function knownTemplates(templates: Json): { steps: Fields; stages: Fields } {
  if (!isMap(templates)) throw new UnfoldError('`templates` is no map');
  const { steps = {}, stages = {}, ...others } = templates;
  const [other] = Object.keys(others);
  if (other !== undefined) throw new UnfoldError(`\`templates.${other}\` is not known`);
  if (!isMap(steps) || !isMap(stages)) throw new UnfoldError('`templates` has maps of steps and stages');
  return { steps, stages };
}
