import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode } from '../../errors/index.ts';
import { lint, type LintReport } from '../../plans/lint/lint.ts';
import { systemClock } from '../../ports/clock.ts';
import { writeFileAtomically } from '../../ports/files.ts';
import { sha256Digest } from '../../ports/hash.ts';
import { renderLint, renderLintJunit, renderLintSarif } from '../../report/lint-report.ts';
import { loadEstate, loadInventory, loadUnsealedPlan, matchEstateName } from '../_inputs.ts';
import { digestFor } from './_plan-inputs.ts';

const formats = ['text', 'sarif', 'junit'] as const;

export default class Lint extends MeshCommand<LintReport> {
  static override summary = 'Hold a plan against the rules that no plan may break.';
  static override description =
    'Reads the plan, and the inventory and the estate where they are given, and opens no connection. What needs one that is not given is said to be not checked. Ends with status 7 when an error is found.';
  static override examples = [
    { description: 'The plan by itself', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'Against what it was made of, for callers, circles and the limits of waves',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml -i inventory.json -f estate.yaml',
    },
    {
      description: 'For code scanning',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --format sarif -o lint.sarif',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    estate: Flags.string({ char: 'f', description: 'The estate file, for its policy.' }),
    inventory: Flags.string({ char: 'i', description: 'The inventory, for who calls whom and what restarts.' }),
    format: Flags.option({
      description: 'How the report is printed or written.',
      options: formats,
      default: 'text' as const,
    })(),
    out: Flags.string({ char: 'o', description: 'A file to write it to, instead of standard output.' }),
  };

  async run(): Promise<LintReport> {
    const { args, flags } = await this.parse(Lint);
    const plan = await loadUnsealedPlan(args.plan);
    const loaded = flags.estate === undefined ? undefined : await loadEstate(flags.estate);
    if (loaded) matchEstateName(plan, args.plan, loaded);
    const seen = flags.inventory === undefined ? undefined : await loadInventory(flags.inventory, loaded);
    const report = lint({
      plan,
      hash: sha256Digest,
      nowMs: systemClock().now(),
      ...(seen && { inventory: { file: flags.inventory ?? '', ...seen, digest: digestFor(plan, seen) } }),
      ...(loaded && { estate: loaded }),
    });
    const text = this.#render(flags.format, report, args.plan);
    if (flags.out === undefined) this.print(text);
    else {
      await writeFileAtomically(flags.out, `${text}\n`);
      this.print(`Written to ${flags.out}.`);
    }
    if (!report.passed) this.endWith(ExitCode.refused);
    return report;
  }

  #render(format: (typeof formats)[number], report: LintReport, file: string): string {
    switch (format) {
      case 'text':
        return renderLint(report);
      case 'sarif':
        return renderLintSarif(report, { version: this.config.version, file });
      case 'junit':
        return renderLintJunit(report);
    }
  }
}
