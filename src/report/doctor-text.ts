import type { DoctorCheck, DoctorReport } from '../doctor/check.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';

const marks: Record<DoctorCheck['status'], string> = {
  ok: style.green('ok     '),
  warning: style.yellow('warning'),
  failed: style.red('failed '),
};

function renderCheck({ status, title, found, fix }: DoctorCheck): string {
  const line = `${marks[status]}  ${title}: ${sanitizeLine(found)}`;
  return fix === undefined ? line : `${line}\n         ${style.dim('fix')} ${sanitizeLine(fix)}`;
}

/** The report of `mesh doctor` for a person. */
export function renderDoctorReport(report: DoctorReport): string {
  const last = report.ok ? 'This machine can run mesh.' : 'This machine cannot run all of mesh yet.';
  return [...report.checks.map(renderCheck), '', last].join('\n');
}
