/**
 * How long things take in the model, in milliseconds. Source: the recorded run of the lab (docs/recordings/lab-run.txt, two
 * CPUs); what it does not have is like what it has.
 */
export const MS = {
  kube: 40,
  route: 300,
  host: 900,
  arm: 700,
  login: 700,
  uncapture: 1_400,
  /** Until a drained proxy has no connection left: callers' proxies close idle ones of HTTP after ten seconds. */
  drain: 12_000,
  retire: 5_000,
  restartUnit: 3_000,
  /** A person who sits before it. */
  person: 10_000,
  /** One turn of a rolling restart; a Deployment takes two to four, a StatefulSet goes pod by pod. */
  turn: 7_800,
} as const;

/** How long a rolling restart takes. */
export function rolloutMs(kind: string, replicas: number): number {
  return MS.turn * (kind === 'StatefulSet' ? replicas : Math.max(1, Math.min(4, replicas)));
}
