/** What one check of the local machine came to. */
export interface DoctorCheck {
  readonly id: string;
  readonly title: string;
  /** `warning`: mesh works, with less. `failed`: what `affects` names does not work. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** What was found: a version, a path, a reason. */
  readonly found: string;
  /** What to do, unless all is well. */
  readonly fix?: string;
}

/** The result of `mesh doctor`. */
export interface DoctorReport {
  readonly ok: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** A dotted version as numbers; undefined if the text holds none. */
export function parseVersion(text: string): number[] | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match?.slice(1).map((part) => Number(part ?? 0));
}

/** Whether `version` is `floor` or newer. */
export function isAtLeast(version: readonly number[], floor: readonly number[]): boolean {
  for (const [index, wanted] of floor.entries()) {
    const part = version[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
