/** Of some names those that are most like a given one, nearest first: by edits, and by a part that both have. */
export function nearest(given: string, names: readonly string[], most = 3): string[] {
  const wanted = given.toLowerCase().slice(0, 200);
  const ranked = [...new Set(names)].map((name) => ({ name, distance: name === given ? -1 : distanceOf(wanted, name.toLowerCase()) }));
  return ranked
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Part of a name is nearer than as many edits: who types `enrol` means one of its steps. */
function distanceOf(wanted: string, name: string): number {
  return wanted !== '' && name.includes(wanted) ? (name.length - wanted.length) / 1000 : edits(wanted, name);
}

/** Insertions, deletions and substitutions from one text to another (Levenshtein, Soviet Physics Doklady 10(8), 1966). */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1];
    for (let index = 1; index <= to.length; index += 1)
      next[index] = Math.min(
        (row[index] ?? 0) + 1,
        (next[index - 1] ?? 0) + 1,
        (row[index - 1] ?? 0) + (to[index - 1] === letter ? 0 : 1),
      );
    row = next;
  }
  return row[to.length] ?? 0;
}
