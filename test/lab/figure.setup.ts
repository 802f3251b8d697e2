import { figureLine, readFigure, resetFigure } from './witness/figure.ts';

/** Around the whole lab suite: its figure starts at nothing, and is the last thing printed. */
export async function setup(): Promise<void> {
  await resetFigure();
}

export async function teardown(): Promise<void> {
  console.log(figureLine(await readFigure()));
}
