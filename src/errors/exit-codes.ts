/** Exit statuses of `mesh`. Scripts rely on them: a number never changes its meaning. */
export const ExitCode = {
  /** Done, or nothing to do. */
  done: 0,
  /** Failed, recorded, resumable. */
  failed: 1,
  /** Changes present; only with `--detailed-exitcode`. */
  changesPresent: 2,
  /** Paused at a gate, or waiting for approval. */
  paused: 3,
  /** A gate failed and the stage was rolled back cleanly. */
  gateFailed: 4,
  /** Rollback is incomplete: somebody must look. */
  rollbackIncomplete: 5,
  /** Another run holds the lock. */
  lockHeld: 6,
  /** Refused by lint, policy or approval. */
  refused: 7,
  /** The plan no longer matches what it was made from. */
  planStale: 8,
  /** Preflight, authentication or host key. */
  preflight: 9,
  /** The command line, or a file that the user wrote, is wrong. */
  usage: 64,
  /** A bug of meshway. */
  internal: 70,
  /** Interrupted (SIGINT), resumable. */
  interrupted: 130,
  /** Terminated (SIGTERM), resumable. */
  terminated: 143,
} as const;

/** One of the statuses of design section 9. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
