import { parseArgs } from 'node:util';
import { QUALITY_ESTATES } from '../../test/generators/estates.ts';
import { keepResult } from './waves/environment.ts';
import { keptAnswers, runExact } from './waves/exact.ts';
import { pythonPeers } from './waves/peers.ts';
import { printQuality, qualityOf } from './waves/quality.ts';
import { measureSpeed, printSpeed } from './waves/speed.ts';

interface Settings {
  estates: number[];
  cpuSeconds: number;
  workers: number;
  rounds: number;
  /** `exact`: CP-SAT only; `quality` and `speed`: what their names say, with the answers of CP-SAT that are kept. */
  only: string;
}

/**
 * `npm run bench -- waves`: how good the waves of the planner are, beside CP-SAT, the order of callees first and random
 * ones, on 200 small estates; and how long it takes, and how much memory, on large ones. Asserts nothing about time.
 */
export async function run(args: readonly string[]): Promise<void> {
  const settings = settingsOf(args);
  const does = (part: string): boolean => settings.only === '' || settings.only === part;
  if (does('exact')) await runExact(settings);
  const quality = does('quality') ? qualityOf(settings.estates, keptAnswers()) : undefined;
  const speed = does('speed') ? measureSpeed(settings.rounds) : undefined;
  if (quality) printQuality(quality);
  if (speed) printSpeed(speed);
  if (quality || speed) keepResult('waves', { settings, versions: pythonPeers().versions, quality, speed });
}

function settingsOf(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      estates: { type: 'string', default: String(QUALITY_ESTATES) },
      'cpu-seconds': { type: 'string', default: '60' },
      workers: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
    },
  });
  const numbers = [values.estates, values['cpu-seconds'], values.workers, values.rounds].map(Number);
  const [last = 0, cpuSeconds = 0, workers = 0, rounds = 0] = numbers;
  if (!numbers.every((value) => Number.isInteger(value) && value > 0))
    throw new Error('--estates, --cpu-seconds, --workers and --rounds are whole numbers above 0');
  if (!['', 'exact', 'quality', 'speed'].includes(values.only)) throw new Error('--only is exact, quality or speed');
  const estates = Array.from({ length: last }, (_, index) => index + 1);
  return { estates, cpuSeconds, workers, rounds, only: values.only };
}
