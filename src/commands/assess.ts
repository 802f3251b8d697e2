import { Flags } from '@oclif/core';
import { assess } from '../assess/assess.ts';
import { foundElsewhere } from '../assess/elsewhere.ts';
import type { Assessment } from '../assess/schema.ts';
import { MeshCommand } from '../command.ts';
import { ExitCode } from '../errors/index.ts';
import type { Inventory } from '../inventory/schema.ts';
import { createPlan } from '../plans/create.ts';
import { vmLabels } from '../plans/vm-labels.ts';
import { systemClock } from '../ports/clock.ts';
import { writeFileAtomically } from '../ports/files.ts';
import { sha256Digest } from '../ports/hash.ts';
import { providerOf } from '../providers/index.ts';
import { renderHtml } from '../report/assess-html.ts';
import { headline, renderAssessment } from '../report/assess-text.ts';
import { renderJunit } from '../report/junit.ts';
import { renderSarif } from '../report/sarif.ts';
import { estateFlag } from './_flags.ts';
import { loadEstate, loadInventory } from './_inputs.ts';

const formats = ['text', 'sarif', 'junit', 'html'] as const;
type Format = (typeof formats)[number];

export default class Assess extends MeshCommand<Assessment> {
  static override summary = 'Say what stands in the way of a migration, and what is not known.';
  static override description =
    'Reads the estate file and the inventory and opens no connection. Ends with status 7 when something blocks the migration.';
  static override examples = [
    { description: 'For a person', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'For code scanning',
      command: '<%= config.bin %> <%= command.id %> --format sarif -o assess.sarif',
    },
    {
      description: 'As a page to pass round',
      command: '<%= config.bin %> <%= command.id %> --format html -o assess.html',
    },
  ];
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that discover wrote.',
      default: 'inventory.json',
    }),
    format: Flags.option({
      description: 'How the assessment is printed or written.',
      options: formats,
      default: 'text' as const,
    })(),
    out: Flags.string({ char: 'o', description: 'A file to write it to, instead of standard output.' }),
  };

  async run(): Promise<Assessment> {
    const { flags } = await this.parse(Assess);
    const loaded = await loadEstate(flags.estate);
    const { inventory, digest } = await loadInventory(flags.inventory, loaded);
    const { estate } = loaded;
    const provider = providerOf(estate.provider.name);
    const planned = createPlan({
      id: estate.name,
      estate,
      inventory,
      provider,
      digests: { estate: loaded.digest, inventory: digest },
      hash: sha256Digest,
    });
    const found = foundElsewhere(inventory.findings, planned);
    const labels = vmLabels(estate.services, provider);
    const assessment = assess({ estate, inventory, nowMs: systemClock().now(), found, vmLabels: labels });
    const text = this.#render(flags.format, assessment, inventory, flags.estate);
    if (flags.out === undefined) this.print(text);
    else {
      await writeFileAtomically(flags.out, `${text}\n`);
      this.print(`${headline(assessment)}\nWritten to ${flags.out}.`);
    }
    if (assessment.readiness === 'blocked') this.endWith(ExitCode.refused);
    return assessment;
  }

  #render(format: Format, assessment: Assessment, inventory: Inventory, file: string): string {
    switch (format) {
      case 'text':
        return renderAssessment(assessment);
      case 'sarif':
        return renderSarif(assessment, { version: this.config.version, file });
      case 'junit':
        return renderJunit(assessment);
      case 'html':
        return renderHtml(assessment, inventory);
    }
  }
}
