/** Lines of one section that are kept. A host with more connections than this is seen in part, and a finding says so. */
export const MAX_SECTION_LINES = 20_000;

/** What a host printed, by section, and what was wrong with it. */
export interface Sections {
  /** The lines of a section; empty when there is none. */
  lines(name: string): readonly string[];
  /** A single value; empty when there is none. */
  fact(name: string): string;
  problems: string[];
}

const NAME = /^[a-zA-Z]{1,20}$/;

/** Splits the output of the host script. Never throws: what does not fit is counted among the problems. */
export function splitSections(output: string): Sections {
  const sections = new Map<string, string[]>();
  let strays = 0;
  for (const line of output.split('\n')) {
    const tab = line.indexOf('\t');
    const name = line.slice(0, Math.max(tab, 0));
    if (NAME.test(name)) sectionOf(sections, name).push(line.slice(tab + 1));
    else if (line !== '') strays++;
  }
  const problems = [...cutOff(sections), ...(strays > 0 ? [`${strays} line(s) belong to no section`] : [])];
  const lines = (name: string): readonly string[] => (sections.get(name) ?? []).slice(0, MAX_SECTION_LINES);
  return { lines, fact: (name) => factOf(lines('fact'), name), problems };
}

function sectionOf(sections: Map<string, string[]>, name: string): string[] {
  const found = sections.get(name) ?? [];
  sections.set(name, found);
  return found;
}

function cutOff(sections: Map<string, string[]>): string[] {
  return [...sections].flatMap(([name, lines]) =>
    lines.length > MAX_SECTION_LINES
      ? [`section ${name} has more than ${MAX_SECTION_LINES} lines, the rest is left out`]
      : [],
  );
}

function factOf(lines: readonly string[], name: string): string {
  return lines.find((line) => line.startsWith(`${name}\t`))?.slice(name.length + 1) ?? '';
}
