/** Where a command wants a run to be, and what it may do on the way. */
export interface RunGoal {
  direction: 'forward' | 'back';
  /** The last stage to be done (forward) or to stay (back); null is the end or the start. */
  to: string | null;
  /** Refuse unless every stage before `to` is done. */
  only?: boolean;
  /** On the way forward: steps that cannot be undone may be done. */
  commit?: boolean;
  /** On the way forward: how long the run waits, and watches, where it would else end and want a person or time. */
  waitMs?: number | undefined;
}
