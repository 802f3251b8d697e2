import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingInputs, readInputs } from '../probes/files/inputs.ts';
import { root, runMesh } from '../run-mesh.ts';

const guide = readFileSync(join(root, 'docs/guides/plan-from-files.md'), 'utf8');
const example = join(root, 'plans/examples/bank-of-anthos');

/** A command of the guide, with the text that it says the command prints. */
interface Shown {
  args: string[];
  texts: string[];
}

/** The commands of a section in their order; text blocks belong to the command before them. */
function shownIn(section: string): Shown[] {
  const text = guide.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? '';
  const found: Shown[] = [];
  for (const [, kind, body = ''] of text.matchAll(/^```(sh|text)\n([^]*?)^```$/gm))
    if (kind === 'text') found.at(-1)?.texts.push(body);
    else
      found.push(
        ...body
          .trim()
          .split('\n')
          .map((line) => ({ args: line.split(' ').slice(1), texts: [] })),
      );
  return found;
}

/** Whether the lines of a text are those of an output, in order; an ellipsis stands for any number of lines. */
function notPrinted(text: string, output: string): string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  let [at, mayJump] = [0, true];
  return text
    .trimEnd()
    .split('\n')
    .filter((line) => {
      if (line === '…') {
        mayJump = true;
        return false;
      }
      const next = mayJump ? lines.indexOf(line, at) : lines[at] === line ? at : -1;
      mayJump = false;
      if (next >= 0) at = next + 1;
      return next < 0;
    });
}

/** The bank's manifests as the guide prepares them: the copy is temporary, and its project has a name. */
function prepareBank(directory: string): void {
  const inputs = readInputs('bank-of-anthos');
  const manifests = join(directory, 'manifests');
  mkdirSync(manifests);
  const files = [
    'frontend',
    'contacts',
    'userservice',
    'accounts-db',
    'loadgenerator',
    'ledger-writer',
    'balance-reader',
    'transaction-history',
  ];
  for (const name of [...files.map((file) => `${file}.yaml`), 'ledgermonolith.env'])
    writeFileSync(join(manifests, name), inputs[name] ?? '');
  const config = (inputs['ledgermonolith-config.yaml'] ?? '').replaceAll('[PROJECT_ID]', 'demo');
  writeFileSync(join(manifests, 'config.yaml'), config);
  cpSync(join(example, 'ledger-db-config.yaml'), join(manifests, 'ledger-db-config.yaml'));
  cpSync(join(example, 'estate.yaml'), join(directory, 'estate.yaml'));
}

function prepareBoutique(directory: string): void {
  const { 'kubernetes-manifests.yaml': manifests = '' } = readInputs('online-boutique');
  writeFileSync(join(directory, 'kubernetes-manifests.yaml'), manifests);
}

describe.each([
  ['Online Boutique', 'online-boutique', prepareBoutique, 5],
  ['Bank of Anthos', 'bank-of-anthos', prepareBank, 5],
] as const)('the guide to plans from files: %s', (section, project, prepare, count) => {
  const missing = missingInputs(project);
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'meshway-plan-from-files-'));
    if (missing === undefined) prepare(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('has commands with what they print', () => {
    expect(shownIn(section)).toHaveLength(count);
    expect(
      shownIn(section)
        .filter(({ texts }) => texts.length === 0)
        .map(({ args }) => args.at(-2)),
    ).toEqual(['-o']);
  });

  it.skipIf(missing !== undefined)(
    `shows what they print${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    async () => {
      for (const { args, texts } of shownIn(section)) {
        const { exitCode, stdout, stderr } = await runMesh(args, { cwd: directory });
        expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
        for (const text of texts) expect(notPrinted(text, stdout), args.join(' ')).toEqual([]);
      }
      const plan = `plans/${project === 'online-boutique' ? 'files' : project}.plan.yaml`;
      const applied = await runMesh(['migrate', 'apply', plan, '--json'], { cwd: directory });
      expect({ ...applied, stderr: '' }).toMatchObject({
        exitCode: 7,
        stdout: expect.stringContaining('MW1346') as string,
      });
      const page = readFileSync(join(directory, `${project}.html`), 'utf8');
      expect(page).toContain('a draft from files, not for apply');
      expect(page).toContain('<svg');
    },
  );
});
