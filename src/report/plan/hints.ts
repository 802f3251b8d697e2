/** Words of a plan that a reader who does not run it may not know, as docs/glossary.md has them. */
export const HINTS: readonly (readonly [word: string, meaning: string])[] = [
  ['bake', 'how long a stage or a rung is watched before its gate may pass.'],
  ['blast radius', 'what a stage can hurt, in words, for its reviewer.'],
  ['capture', 'the firewall rules that send a host’s new connections through its proxy.'],
  [
    'commit point',
    'the step after which rollback over its stage is refused: stopping the old unit. Apply does it with --commit only.',
  ],
  ['declared cut', 'a cut that the plan announced before it happened.'],
  ['deferral', 'a move that a plan leaves for later, with its reason.'],
  ['gate', 'what must hold before the next stage or rung. It passes, fails, is inconclusive, or is an error.'],
  ['half-meshed call', 'a call with one end in the mesh: plaintext on the wire, though one proxy takes part.'],
  ['ladder', 'the traffic weights of a shift, in order (1, 5, 25, 50, 100).'],
  ['mesh', 'the proxies beside workloads and the control plane that configures them.'],
  ['mTLS', 'TLS in which both ends prove who they are.'],
  ['retire', 'the move that stops the old unit for good, after a look-back.'],
  ['shift', 'the stage in which a service’s traffic moves to its twin along the ladder.'],
  ['stage', 'a reviewed, gated, revertible group of steps.'],
  ['STRICT', 'the mTLS mode in which a server refuses plaintext.'],
  ['twin', 'the Kubernetes workload that takes over from a VM workload of the same service.'],
  ['wave', 'a label on stages whose workloads move together.'],
];
