/**
 * What a process of `mesh` that was started with these hooks is to do. Points are numbered from 1 in the order in which
 * the process comes to them; a point is an instant next to something that lasts: a write or sync of the state directory,
 * a change of the cluster, a change of a host.
 */
export interface Wish {
  /** Where each point that was met is written, a line each. */
  log: string;
  stateDir: string;
  /** Dies by SIGKILL at the point of this number. */
  killAt?: number;
  /** Takes the connections of ssh along, as the death of the whole machine does. */
  takeSsh?: boolean;
  /** Dies at the first point whose label is not in this file yet, and adds it. */
  walk?: string;
  /** Of the writes of the journal, the number of the one that is cut short, as power does, and then dies; the share of it that stays. */
  tearAt?: number;
  tearShare?: number;
  /** The number of the write or sync of the state directory that fails, and how. */
  failAt?: number;
  errno?: 'ENOSPC' | 'EIO';
  /** From the point of this number on the clock is off by so much; with 0 from the beginning. */
  jumpAt?: number;
  jumpMs?: number;
}

/** The variable by which the wish reaches the process. */
export const WISH = 'MESH_TEST_POINTS';

/** How a line of the log says that the process ended itself. */
export const KILLED = 'killed';
/** How it says that a write or sync was made to fail. */
export const FAILED = 'failed';
/** How it says that the clock jumped. */
export const JUMPED = 'jumped';
