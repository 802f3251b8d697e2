import { printFigure, resetFigure } from '../lab/witness/figure.ts';

/** Around the whole crash suite: its figure starts at nothing, and is the last thing printed. */
export const setup = resetFigure;
export const teardown = (): Promise<void> => printFigure('crash');
