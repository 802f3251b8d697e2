/**
 * The part of PromQL that gates are written in (Prometheus, "Querying basics", "Operators", "Functions"), as a tree. What
 * is not understood is refused: a model that guessed would rehearse another gate than the one of the plan.
 */
export type Expression =
  | { is: 'number'; value: number }
  /** The query's own span of time, in seconds. */
  | { is: 'span' }
  | { is: 'series'; selector: Selector }
  | { is: 'call'; name: string; args: Expression[]; texts: string[]; windowMs: number }
  | { is: 'sum'; name: string; by: string[]; of: Expression }
  | { is: 'binary'; operator: string; on: string[] | undefined; left: Expression; right: Expression };

/** Stands for the query's own span: only that differs between two looks at one gate, which are parsed once. */
export const SPAN = -1;

export interface Selector {
  metric: string;
  labels: { name: string; matches: (value: string) => boolean }[];
  /** Milliseconds of a range, or SPAN; 0 for the present value. */
  windowMs: number;
  /** How long ago, in milliseconds, or SPAN. */
  offsetMs: number;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)(ms|s|m|h|d)?|("(?:[^"\\]|\\.)*")|([A-Za-z_$][A-Za-z0-9_:]*)|(=~|!~|!=|>=|<=|==|[()[\]{},=<>+*/-]))/y;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LEVELS = [['or'], ['and', 'unless'], ['>', '<', '>=', '<=', '==', '!='], ['+', '-'], ['*', '/']];
const AGGREGATIONS = ['sum', 'count', 'max', 'min'];

interface Token {
  text: string;
  kind: 'number' | 'string' | 'word' | 'sign';
  unit?: keyof typeof UNIT_MS;
}

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const [, number, unit, quoted, word, sign] = TOKEN.exec(text) ?? [];
    if (number !== undefined)
      found.push({ text: number, kind: 'number', ...(unit !== undefined && { unit: unit as keyof typeof UNIT_MS }) });
    else if (quoted !== undefined) found.push({ text: JSON.parse(quoted) as string, kind: 'string' });
    else if (word !== undefined) found.push({ text: word, kind: 'word' });
    else if (sign !== undefined) found.push({ text: sign, kind: 'sign' });
    else throw new SyntaxError(`not PromQL that the model knows: ${text}`);
  }
  return found;
}

const known = new Map<string, Expression>();

/** The tree of a query, and its span: the first of its durations in milliseconds. @throws SyntaxError for what the model does not know */
export function parsePromql(text: string): { tree: Expression; spanMs: number } {
  const [, span] = /\b(\d+)ms\b/.exec(text) ?? [];
  const spanMs = Number(span ?? 0);
  const shape =
    span === undefined ? text : text.replaceAll(`${span}ms`, '$ms').replaceAll(`< ${spanMs / 1000}`, '< $s');
  const before = known.get(shape);
  if (before) return { tree: before, spanMs };
  const tree = new Parser(tokensOf(shape), text).whole();
  if (known.size > 50_000) known.clear();
  known.set(shape, tree);
  return { tree, spanMs };
}

class Parser {
  readonly #tokens: Token[];
  readonly #text: string;
  #at = 0;

  constructor(tokens: Token[], text: string) {
    this.#tokens = tokens;
    this.#text = text;
  }

  whole(): Expression {
    const tree = this.#level(0);
    if (this.#at < this.#tokens.length) this.#refuse();
    return tree;
  }

  #refuse(): never {
    throw new SyntaxError(
      `not PromQL that the model knows, at ${this.#tokens[this.#at]?.text ?? 'its end'}: ${this.#text}`,
    );
  }

  #next(): Token {
    const token = this.#tokens[this.#at] ?? this.#refuse();
    this.#at += 1;
    return token;
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.text === text && token.kind !== 'string';
  }

  #take(text: string): boolean {
    const isIt = this.#is(text);
    if (isIt) this.#at += 1;
    return isIt;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#refuse();
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (!operators) return this.#primary();
    let left = this.#level(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      const on = this.#take('on') ? this.#names() : undefined;
      left = { is: 'binary', operator, on, left, right: this.#level(level + 1) };
    }
  }

  #names(): string[] {
    this.#expect('(');
    const names: string[] = [];
    while (!this.#take(')')) {
      names.push(this.#next().text);
      this.#take(',');
    }
    return names;
  }

  #primary(): Expression {
    if (this.#take('(')) {
      const inner = this.#level(0);
      this.#expect(')');
      return inner;
    }
    const token = this.#next();
    if (token.kind === 'number') return { is: 'number', value: Number(token.text) };
    if (token.kind !== 'word') return this.#refuse();
    if (token.text === '$s') return { is: 'span' };
    if (AGGREGATIONS.includes(token.text)) return this.#aggregation(token.text);
    return this.#is('(') ? this.#call(token.text) : { is: 'series', selector: this.#selector(token.text) };
  }

  #aggregation(name: string): Expression {
    let by = this.#take('by') ? this.#names() : [];
    this.#expect('(');
    const of = this.#level(0);
    this.#expect(')');
    if (this.#take('by')) by = this.#names();
    return { is: 'sum', name, by, of };
  }

  #call(name: string): Expression {
    this.#expect('(');
    const [args, texts]: [Expression[], string[]] = [[], []];
    while (!this.#take(')')) {
      if (this.#tokens[this.#at]?.kind === 'string') texts.push(this.#next().text);
      else args.push(this.#level(0));
      this.#take(',');
    }
    const [first] = args;
    return { is: 'call', name, args, texts, windowMs: first?.is === 'series' ? first.selector.windowMs : 0 };
  }

  #selector(metric: string): Selector {
    const labels: Selector['labels'] = [];
    if (this.#take('{'))
      while (!this.#take('}')) {
        labels.push(this.#matcher());
        this.#take(',');
      }
    const windowMs = this.#take('[') ? this.#range() : 0;
    return { metric, labels, windowMs, offsetMs: this.#take('offset') ? this.#duration() : 0 };
  }

  #matcher(): Selector['labels'][number] {
    const [name, sign, value] = [this.#next().text, this.#next().text, this.#next().text];
    if (sign === '=') return { name, matches: (one) => one === value };
    if (sign === '!=') return { name, matches: (one) => one !== value };
    // RE2 matches whole values (Prometheus, "Time series selectors").
    const whole = new RegExp(`^(?:${value})$`);
    if (sign === '=~') return { name, matches: (one) => whole.test(one) };
    return sign === '!~' ? { name, matches: (one) => !whole.test(one) } : this.#refuse();
  }

  #range(): number {
    let windowMs = 0;
    while (!this.#take(']')) windowMs += this.#duration();
    return windowMs;
  }

  #duration(): number {
    const { text, unit } = this.#next();
    if (text === '$ms') return SPAN;
    return Number(text) * UNIT_MS[unit ?? this.#refuse()];
  }
}
