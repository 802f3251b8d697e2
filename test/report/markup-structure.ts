/** What a reader of XML or HTML would make of a text: its tags with their attributes' names, in order, and the rest. */
export interface Structure {
  /** `svg viewBox role`, `/svg`. */
  tags: string[];
  /** Characters that are markup where only text may be. */
  strays: string[];
}

const tag = /<(\/?[A-Za-z][A-Za-z0-9:-]*|!doctype|\?xml)((?:\s+[^\s=<>"'/]+(?:="[^"<>]*")?)*)\s*[/?]?>/g;
const entity = /&(?:amp|lt|gt|quot|#39);/g;

/** Takes a document apart. A tag is one only if all of its attributes are quoted. */
export function structureOf(document: string): Structure {
  const tags = [...document.matchAll(tag)].map(([, name = '', attributes = '']) =>
    [name, ...[...attributes.matchAll(/\s+([^\s=]+)(?:="[^"]*")?/g)].map(([, one]) => one)].join(' '),
  );
  // The style sheet is ours, and may hold what it likes.
  const rest = document
    .replaceAll(/<style>[^<]*<\/style>/g, '')
    .replaceAll(tag, '')
    .replaceAll(entity, '');
  return { tags, strays: [...rest.matchAll(/[<>&]/g)].map(([one]) => one) };
}

/** Values of attributes, for what must be in none. */
export function attributeValues(document: string): string[] {
  return [...document.matchAll(/\s[a-zA-Z:-]+="([^"]*)"/g)].map(([, value = '']) => value);
}
