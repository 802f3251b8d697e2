/** Where texts differ: parts that all share, and slots with the text of each. */
export type Slot = string | { texts: string[] };

/** A word is what people give names to: hosts, addresses, units, ports, with their dots escaped or not. Everything else separates. */
export const WORD = /[A-Za-z0-9_](?:(?:[A-Za-z0-9_.-]|\\+(?=\.))*[A-Za-z0-9_])?/g;
/** With more slots than this, most of the text differs, and a reader is served better by the whole. */
const MAX_SLOTS = 6;

/** What texts have in common, line by line where they have equally many. One slot is all there is when they have nothing. */
export function commonParts(texts: readonly string[]): Slot[] {
  const lines = texts.map((text) => text.split('\n'));
  const count = lines[0]?.length ?? 0;
  if (!lines.every(({ length }) => length === count)) return joined(commonOfLine(texts));
  const slots = Array.from({ length: count }, (_, at) => {
    const line = commonOfLine(lines.map((each) => each[at] ?? ''));
    return at === 0 ? line : ['\n', ...line];
  });
  return joined(slots.flat());
}

function commonOfLine(texts: readonly string[]): Slot[] {
  const [first = ''] = texts;
  if (texts.every((text) => text === first)) return [first];
  const tokens = texts.map(tokensOf);
  const slots = alike(tokens) ? slotBySlot(tokens) : middleSlot(tokens);
  const count = slots.filter((slot) => typeof slot !== 'string').length;
  return count > MAX_SLOTS ? [{ texts: [...texts] }] : slots;
}

/** Separators and words by turns, beginning with a separator, which may be empty. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let from = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    tokens.push(text.slice(from, index), word);
    from = index + word.length;
  }
  return [...tokens, text.slice(from)];
}

/** Equally many words, with the same separators between them. */
function alike(tokens: readonly string[][]): boolean {
  const [first = []] = tokens;
  return tokens.every(
    (each) => each.length === first.length && each.every((token, at) => at % 2 === 1 || token === first[at]),
  );
}

function slotBySlot(tokens: readonly string[][]): Slot[] {
  const [first = []] = tokens;
  return first.map((token, at) =>
    tokens.every((each) => each[at] === token) ? token : { texts: tokens.map((each) => each[at] ?? '') },
  );
}

/** What all texts begin with, one slot, and what all end with. Words stay whole. */
export const aroundMiddle = (texts: readonly string[]): Slot[] => joined(middleSlot(texts.map(tokensOf)));

function middleSlot(tokens: readonly string[][]): Slot[] {
  const [first = []] = tokens;
  const shortest = Math.min(...tokens.map(({ length }) => length));
  let start = 0;
  while (start < shortest && tokens.every((each) => each[start] === first[start])) start += 1;
  let end = 0;
  while (end < shortest - start && tokens.every((each) => each.at(-1 - end) === first.at(-1 - end))) end += 1;
  const texts = tokens.map((each) => each.slice(start, each.length - end).join(''));
  return [first.slice(0, start).join(''), { texts }, first.slice(first.length - end).join('')];
}

/** Literal neighbours as one, and no empty ones. */
function joined(slots: readonly Slot[]): Slot[] {
  const result: Slot[] = [];
  for (const slot of slots) {
    const last = result.at(-1);
    if (typeof slot === 'string' && typeof last === 'string') result[result.length - 1] = last + slot;
    else if (slot !== '') result.push(slot);
  }
  return result;
}
