import { Errors, Flags } from '@oclif/core';

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * A duration as Go and kubectl write it: `90s`, `15m`, `1h30m`, `1.5h`. Hours, minutes, seconds and milliseconds.
 *
 * @returns milliseconds; undefined for what is no duration
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > 32 || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  return Math.round(parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0), 0));
}

/** A flag that takes a duration from `least` to `most`, and gives milliseconds. */
export const durationFlag = Flags.custom<number, { least: string; most: string }>({
  helpValue: 'DURATION',
  parse: (input, _context, { name, least, most }) => {
    const ms = parseDuration(input);
    if (ms === undefined) throw new Errors.CLIError(`--${name}: ${input} is no duration; write 90s, 15m or 1h30m`);
    if (ms < (parseDuration(least) ?? 0) || ms > (parseDuration(most) ?? Infinity))
      throw new Errors.CLIError(`--${name} is from ${least} to ${most}, not ${input}`);
    return Promise.resolve(ms);
  },
});
