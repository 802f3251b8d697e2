/** A mistake in the product: in this file of `src`, this text in the place of that, which is there once. */
export interface Mutation {
  name: string;
  file: string;
  from: string;
  to: string;
  /** The promises of which it breaks one at least. */
  breaks: RegExp;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'a resume that does not ask how far a step came',
    file: 'execute/advance.ts',
    from: "if (!asked || asked.seq < since) return { do: 'ask', step, stage, direction };",
    to: "if (!asked || asked.seq < since) return { do: 'step', step, stage, direction, attempt: attempt + 1 };",
    breaks: /P1/,
  },
  {
    name: 'an intent that is written after the deed',
    file: 'execute/perform-step.ts',
    from: "await journal.append({ type: 'intent', ...head, before: preImagePlaces(planned, journal.run) });",
    to: "await carriedOut(decision, execution).catch(() => undefined); await journal.append({ type: 'intent', ...head, before: preImagePlaces(planned, journal.run) });",
    breaks: /P2/,
  },
  {
    name: 'a rung that does not wait for its backend',
    file: 'execute/step-runner.ts',
    from: "await waitFor(direction === 'apply' ? step.require : step.requireRevert, step, target);",
    to: '',
    breaks: /P[34]/,
  },
  {
    name: 'a gate that passes without data',
    file: 'execute/through-gate.ts',
    from: "if (now?.outcome === 'pass') return undefined;",
    to: "if (now?.outcome === 'pass' || now?.outcome === 'inconclusive') return undefined;",
    breaks: /P6/,
  },
  {
    name: 'a way back in the order of the way there',
    file: 'execute/advance.ts',
    from: 'const all = stages.toReversed().flatMap((stage) => stage.steps.toReversed().map((step) => ({ stage, step })));',
    to: 'const all = stages.flatMap((stage) => stage.steps.map((step) => ({ stage, step })));',
    breaks: /P[46]/,
  },
  {
    // Several parts keep a run from going back over it; all of them ask this.
    name: 'a commit point that is not seen',
    file: 'execute/commit-point.ts',
    from: "revert === 'irreversible'",
    to: 'false',
    breaks: /P[468]/,
  },
  {
    name: 'a step that counts as done before what it verifies is seen',
    file: 'execute/step-runner.ts',
    from: "await waitFor(direction === 'apply' ? step.verify : step.verifyRevert, step, target);",
    to: '',
    breaks: /P[13467]/,
  },
];
