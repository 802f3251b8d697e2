import type { HostTimer } from '../../inventory/schema.ts';
import type { Sections } from './sections.ts';
import { records, UNIT, word } from './units.ts';

const SECONDS: Readonly<Record<string, number>> = {
  y: 31_557_600,
  month: 2_629_800,
  w: 604_800,
  d: 86_400,
  h: 3_600,
  min: 60,
  s: 1,
  ms: 0.001,
  us: 0.000_001,
};

/**
 * Timers of systemd, each with the unit that it starts, when it last did and when it will again.
 *
 * @param bootedAtMs when the host's monotonic clock began, in milliseconds since the epoch by the host's own clock
 */
export function readTimers(sections: Sections, bootedAtMs: number | undefined): HostTimer[] {
  return records(sections.lines('timer'))
    .flatMap((timer): HostTimer[] => {
      const { Id: name = '', Unit: starts = '', ActiveState = '', UnitFileState = '' } = timer;
      if (!/\.timer$/.test(name) || !UNIT.test(name) || !UNIT.test(starts)) return [];
      const lastAt = timeOf(timer['LastTriggerUSec'] ?? '');
      const nextAt =
        timeOf(timer['NextElapseUSecRealtime'] ?? '') ?? after(bootedAtMs, timer['NextElapseUSecMonotonic']);
      return [
        {
          ...{ name, starts, activeState: word(ActiveState), enabled: word(UnitFileState) },
          ...(lastAt === undefined ? {} : { lastAt }),
          ...(nextAt === undefined ? {} : { nextAt }),
        },
      ];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** `Mon 2026-11-23 06:20:01 UTC`, as systemctl writes times where `TZ` is UTC; undefined for `n/a` and the like. */
export function timeOf(text: string): string | undefined {
  const [, date = '', time = ''] = /^[A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(text) ?? [];
  const at = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** `1d 2h 3min 4.5s` (systemd.time(7)) in seconds; undefined for anything else. */
export function spanSeconds(text: string): number | undefined {
  const parts = text.trim().split(/\s+/);
  const seconds = parts.map((part) => {
    const [, count, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?)(y|month|w|d|h|min|s|ms|us)$/.exec(part) ?? [];
    return Number(count) * (SECONDS[unit] ?? Number.NaN);
  });
  const sum = seconds.reduce((total, one) => total + one, 0);
  return Number.isNaN(sum) ? undefined : sum;
}

function after(bootedAtMs: number | undefined, span = ''): string | undefined {
  const seconds = spanSeconds(span);
  if (bootedAtMs === undefined || seconds === undefined || seconds === 0) return undefined;
  return dateOf(bootedAtMs + Math.round(seconds) * 1000);
}

/** A time in milliseconds since the epoch as text; undefined for those that an inventory has no text for, as a host's clock may say. */
export function dateOf(ms: number): string | undefined {
  const at = new Date(ms);
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999 ? undefined : at.toISOString();
}
