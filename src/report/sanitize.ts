/**
 * The one place where text from hosts, clusters and files is made safe for a terminal, a CI log
 * or a JSON document that ends in one of them.
 */

/**
 * What must never reach a terminal: C0 and C1 controls, DEL, bidirectional controls, zero-width
 * and invisible format characters, line and paragraph separators, tags, lone surrogates and
 * the interlinear and noncharacter ranges. Tab and line feed are not listed: text has lines.
 */
const unsafe =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u115F\u1160\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF]|[\u{E0000}-\u{E0FFF}]|\p{Surrogate}/gu;

/** Commands that CI systems read from a log: GitHub (`::` and `##[`), Azure and TeamCity (`##name[`). */
const ciLineCommand = /^([\s\u0085\u00A0]*):(?=:)/gm;
const ciBracketCommand = /#(?=#\w*\[)/g;

function visible(character: string): string {
  const code = character.codePointAt(0) as number;
  return `\\u{${code.toString(16)}}`;
}

/** Text of many lines, safe for a terminal and for a CI log. What was removed stays visible as `\u{…}`. */
export function sanitize(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(unsafe, visible)
    .replaceAll(ciLineCommand, '$1: ')
    .replaceAll(ciBracketCommand, '# ');
}

/** The same for a value that must stay on its line: no tabs or line feeds, and no more than `limit` characters. */
export function sanitizeLine(text: string, limit = 500): string {
  const line = sanitize(text.trim().replaceAll(/\s*[\n\t]+\s*/g, ' '));
  // A cut through a pair of surrogates would leave half a character.
  return line.length > limit ? `${line.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index);
    return `\\u${unit.toString(16).padStart(4, '0')}`;
  }).join('');
}

/**
 * A JSON text that means the same and is safe to print: what is unsafe becomes a `\u` escape.
 * Outside of strings valid JSON has none of it, so only strings change.
 */
export function sanitizeJson(json: string): string {
  return json.replaceAll(unsafe, escaped).replaceAll(ciBracketCommand, '\\u0023');
}
