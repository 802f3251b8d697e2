import { printFigure, resetFigure } from './witness/figure.ts';

/** Around the whole lab suite: its figure starts at nothing, and is the last thing printed. */
export const setup = resetFigure;
export const teardown = (): Promise<void> => printFigure('lab');
