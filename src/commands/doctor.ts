import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import type { DoctorCheck, DoctorReport } from '../doctor/check.ts';
import { checkEstate } from '../doctor/estate-checks.ts';
import { examine } from '../doctor/examine.ts';
import type { RunLocal } from '../doctor/local-checks.ts';
import { ExitCode } from '../errors/exit-codes.ts';
import { readChunks } from '../ports/files.ts';
import { checkKubeConfig } from '../ports/kube-config-check.ts';
import { runProcess } from '../ports/process.ts';
import { renderDoctorReport } from '../report/doctor-text.ts';
import { loadEstate } from './_inputs.ts';

const timeoutMs = 10_000;

export default class Doctor extends MeshCommand<DoctorReport> {
  static override summary = 'Check that this machine has what mesh needs.';
  static override description =
    'Looks at the local machine only and opens no connection. With an estate it also checks the files that the estate names. Ends with status 9 when something is missing.';
  static override examples = [
    { description: 'Check this machine', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'And the files an estate names', command: '<%= config.bin %> <%= command.id %> -f estate.yaml' },
  ];
  static override flags = {
    estate: Flags.string({
      char: 'f',
      description: 'An estate file whose kubeconfigs, keys and artifacts to check too.',
    }),
  };

  async run(): Promise<DoctorReport> {
    const { flags } = await this.parse(Doctor);
    const estateChecks = flags.estate === undefined ? {} : { estateChecks: await estateChecksOf(flags.estate) };
    const report = await examine({ nodeVersion: process.version, run: runLocal, ...estateChecks });
    this.print(renderDoctorReport(report));
    if (!report.ok) this.endWith(ExitCode.preflight);
    return report;
  }
}

const runLocal: RunLocal = async (argv) => {
  const { ending, exitCode, stdout, stderr } = await runProcess(argv, { timeoutMs });
  return ending === 'missing' ? undefined : { exitCode, output: `${stdout}${stderr}` };
};

async function estateChecksOf(file: string): Promise<() => Promise<DoctorCheck[]>> {
  const { estate } = await loadEstate(file);
  const baseDirectory = dirname(file);
  return () =>
    checkEstate(estate, {
      readKubeConfig: (cluster) => checkKubeConfig(cluster, { baseDirectory, workingTree: process.cwd() }),
      digestFile: (path) => digestFile(resolve(baseDirectory, path)),
    });
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readChunks(path)) hash.update(chunk);
  return hash.digest('hex');
}
