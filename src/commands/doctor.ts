import { MeshCommand } from '../command.ts';
import type { DoctorReport } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import type { RunLocal } from '../doctor/local-checks.ts';
import { ExitCode } from '../errors/exit-codes.ts';
import { runProcess } from '../ports/process.ts';
import { renderDoctorReport } from '../report/doctor-text.ts';

const timeoutMs = 10_000;

const runLocal: RunLocal = async (argv) => {
  const { ending, exitCode, stdout, stderr } = await runProcess(argv, { timeoutMs });
  return ending === 'missing' ? undefined : { exitCode, output: `${stdout}${stderr}` };
};

export default class Doctor extends MeshCommand<DoctorReport> {
  static override summary = 'Check that this machine has what mesh needs.';
  static override description =
    'Looks at the local machine only and opens no connection. Ends with status 9 when something is missing.';
  static override examples = [
    { description: 'Check this machine', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'The same for a script', command: '<%= config.bin %> <%= command.id %> --json' },
  ];

  async run(): Promise<DoctorReport> {
    await this.parse(Doctor);
    const report = await examine({ nodeVersion: process.version, run: runLocal });
    this.print(renderDoctorReport(report));
    if (!report.ok) this.endWith(ExitCode.preflight);
    return report;
  }
}
