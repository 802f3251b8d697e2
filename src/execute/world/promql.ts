import { type Expression, parsePromql, SPAN, type Selector } from './promql-parse.ts';

/** One series of an answer, without its name. */
export interface Point {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A series: since when there is one, and its value at a time. */
export interface Series {
  labels: Readonly<Record<string, string>>;
  sinceMs: number;
  at(ms: number): number;
}

/** What the model's proxies have counted. */
export interface SeriesSource {
  /** The series that a selector takes, and the value of each at a time. */
  select(selector: Selector): Series[];
}

interface Asked {
  source: SeriesSource;
  nowMs: number;
  spanMs: number;
}

type Value = number | Point[];

/** The answer to an instant query, as Prometheus would give it of counters that are scraped without a pause. */
export function evaluate(query: string, source: SeriesSource, nowMs: number): Point[] {
  const { tree, spanMs } = parsePromql(query);
  const value = valueOf(tree, { source, nowMs, spanMs });
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

function valueOf(tree: Expression, at: Asked): Value {
  switch (tree.is) {
    case 'number':
      return tree.value;
    case 'series':
      return valuesAt(at.source.select(tree.selector), at.nowMs - spanOf(tree.selector.offsetMs, at));
    case 'span':
      return at.spanMs / 1000;
    case 'call':
      return called(tree, at);
    case 'sum':
      return aggregate(tree, vectorOf(valueOf(tree.of, at)));
    case 'binary':
      return joined(tree, valueOf(tree.left, at), valueOf(tree.right, at));
  }
}

const spanOf = (ms: number, { spanMs }: Asked): number => (ms === SPAN ? spanMs : ms);

/** A series that began later has no value then. */
function valuesAt(found: readonly Series[], ms: number): Point[] {
  return found.filter(({ sinceMs }) => sinceMs <= ms).map(({ labels, at }) => ({ labels, value: at(ms) }));
}

const vectorOf = (value: Value): Point[] => (typeof value === 'number' ? [{ labels: {}, value }] : value);

function called({ name, args, texts, windowMs: written }: Expression & { is: 'call' }, asked: Asked): Value {
  const [first] = args;
  if (!first) throw new SyntaxError(`${name}() of nothing`);
  if (name === 'increase' || name === 'rate') {
    if (first.is !== 'series') throw new SyntaxError(`${name}() of something else than series`);
    const windowMs = spanOf(written, asked);
    const per = name === 'rate' ? windowMs / 1000 : 1;
    const { source, nowMs } = asked;
    return source
      .select(first.selector)
      .map(({ labels, at }) => ({ labels, value: (at(nowMs) - at(nowMs - windowMs)) / per }));
  }
  const value = valueOf(first, asked);
  if (name === 'vector') return vectorOf(value);
  if (name === 'scalar') return vectorOf(value)[0]?.value ?? Number.NaN;
  if (name === 'label_replace') {
    const [label = '', to = ''] = texts;
    return vectorOf(value).map((one) => ({ labels: { ...one.labels, [label]: to }, value: one.value }));
  }
  if (name === 'clamp_min')
    return vectorOf(value).map((one) => ({ ...one, value: Math.max(one.value, numberOf(args[1])) }));
  throw new SyntaxError(`${name}() is not known to the model`);
}

const numberOf = (tree: Expression | undefined): number => (tree?.is === 'number' ? tree.value : Number.NaN);

function aggregate({ name, by }: Expression & { is: 'sum' }, points: readonly Point[]): Point[] {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const key = keyOf(point, by);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()].map((group) => ({
    labels: Object.fromEntries(
      by.flatMap((label) => (group[0]?.labels[label] === undefined ? [] : [[label, group[0].labels[label]]])),
    ),
    value: combined(
      name,
      group.map(({ value }) => value),
    ),
  }));
}

function combined(name: string, values: readonly number[]): number {
  if (name === 'count') return values.length;
  if (name === 'max') return Math.max(...values);
  if (name === 'min') return Math.min(...values);
  return values.reduce((sum, value) => sum + value, 0);
}

function keyOf({ labels }: Point, by?: readonly string[]): string {
  const names = by ?? Object.keys(labels).sort();
  return names.map((name) => `${name}=${labels[name] ?? ''}`).join(',');
}

function joined({ operator, on }: Expression & { is: 'binary' }, left: Value, right: Value): Value {
  if (operator === 'or' || operator === 'and' || operator === 'unless')
    return sets(operator, on, vectorOf(left), vectorOf(right));
  if (typeof left === 'number' && typeof right === 'number') return arithmetic(operator, left, right);
  if (typeof right === 'number') return kept(left as Point[], operator, () => right);
  if (typeof left === 'number') return right.map((one) => ({ ...one, value: arithmetic(operator, left, one.value) }));
  const byKey = new Map(right.map((one) => [keyOf(one, on), one.value]));
  return kept(
    left.filter((one) => byKey.has(keyOf(one, on))),
    operator,
    (one) => byKey.get(keyOf(one, on)) ?? Number.NaN,
  );
}

const COMPARISONS = ['>', '<', '>=', '<=', '==', '!='];

/** A comparison leaves out what does not hold, and keeps the value of what does. */
function kept(left: readonly Point[], operator: string, other: (one: Point) => number): Point[] {
  if (!COMPARISONS.includes(operator))
    return left.map((one) => ({ ...one, value: arithmetic(operator, one.value, other(one)) }));
  return left.filter((one) => arithmetic(operator, one.value, other(one)) === 1);
}

function sets(operator: string, on: readonly string[] | undefined, left: Point[], right: Point[]): Point[] {
  if (operator === 'or') {
    const there = new Set(left.map((one) => keyOf(one, on)));
    return [...left, ...right.filter((one) => !there.has(keyOf(one, on)))];
  }
  const there = new Set(right.map((one) => keyOf(one, on)));
  return left.filter((one) => there.has(keyOf(one, on)) === (operator === 'and'));
}

function arithmetic(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '>':
      return Number(left > right);
    case '<':
      return Number(left < right);
    case '>=':
      return Number(left >= right);
    case '<=':
      return Number(left <= right);
    default:
      return Number((left === right) === (operator === '=='));
  }
}
