import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

const exit = ExitCode.refused;

/** What `mesh migrate lint` finds in a plan. */
export const lintErrors = defineErrors({
  MW1800: {
    title: 'The plan was edited',
    cause: '{what} carries digest {given}, but its content has {found}.',
    fix: 'Restore the reviewed file, or make a new plan with `mesh migrate plan`: apply refuses this one (MW1301).',
    exit,
  },
  MW1801: {
    title: 'The plan is not complete',
    cause: 'The plan leaves {move} of {subject} for later: {why}',
    fix: 'Settle the reason and plan again, or accept that this plan ends before that.',
    exit,
  },
  MW1802: {
    title: 'The plan may not be applied',
    cause: 'The plan is {state}, and holds {count} error finding(s): {codes}.',
    fix: 'Settle the findings and plan again; of a draft from files, run `mesh discover` first.',
    exit,
  },
  MW1803: {
    title: 'The plan has a name twice',
    cause: '{what} is named {times} times, or is not named after its stage: the journal could not tell them apart.',
    fix: 'Make the plan with `mesh migrate plan`, which names each step once, as `stage/action`.',
    exit,
  },
  MW1804: {
    title: 'A step that cannot be undone is not announced',
    cause: 'Stage {stage} says that it can be taken back ({said}), and {step} cannot be undone.',
    fix: 'Mark the stage `reversible: until`, so that its reviewer knows where rollback ends.',
    exit,
  },
  MW1805: {
    title: 'The commit point is not last',
    cause: '{later} comes after {step}, which cannot be undone: it could not be taken back to the start any more.',
    fix: 'Put what can be undone before the commit point, and retirement after all other stages.',
    exit,
  },
  MW1806: {
    title: 'STRICT before a caller has joined',
    cause: 'Step {step} refuses plaintext to {service}, and {caller} calls it and has not joined by then.',
    fix: 'Let the caller join in an earlier stage, exempt it with its port left open, or leave STRICT for later.',
    exit,
  },
  MW1807: {
    title: 'Traffic shifts before a caller has joined',
    cause:
      'Step {step} moves weights of {service}, and {caller} calls it and has not joined by then: it follows no weights.',
    fix: 'Let the caller join in an earlier stage, or leave the shift for later.',
    exit,
  },
  MW1808: {
    title: 'A unit retires without a look-back',
    cause: 'Step {step} stops {unit} on {host}, and {missing}.',
    fix: 'Put `host.quiet` for the same unit and ports before it, and a check of what its name resolves to.',
    exit,
  },
  MW1809: {
    title: 'Weights do not add up to 100',
    cause: '{place} gives {route} weights that add up to {sum}.',
    fix: 'Give every route weights that add up to 100: part of the traffic would have no backend, or the change is refused (MW1215).',
    exit,
  },
  MW1810: {
    title: 'A ladder goes down',
    cause: 'Step {step} takes {backend} of {route} from {before} to {after}, after it had gone up.',
    fix: 'Order the rungs so that each gives the new backend more than the one before it.',
    exit,
  },
  MW1811: {
    title: 'A rung goes back to somewhere else',
    cause: 'The undo of {step} sets {route} to {undo}, and it was {before} before the step.',
    fix: 'Let the undo of each rung set the weights of the rung before it.',
    exit,
  },
  MW1812: {
    title: 'Weight for a backend that nobody has seen',
    cause: 'Step {step} gives weight to {backend}, and does not require that the callers’ own proxies see it healthy.',
    fix: 'Require `proxy.endpoints` of the callers for the backend that gains weight.',
    exit,
  },
  MW1813: {
    title: 'A circle of calls is split across waves',
    cause: '{members} call each other in a circle, and join in waves {waves}.',
    fix: 'Let them join in one wave; a circle that is larger than a wave may be accepted as it is.',
    exit,
  },
  MW1814: {
    title: 'A gate watches nothing',
    cause: 'Gate {gate} has no metric{also}, while its steps change {what}.',
    fix: 'Give the gate a metric of the traffic that the stage touches; where nobody calls, say `callers: none` in the estate.',
    exit,
  },
  MW1815: {
    title: 'A metric is compared with nothing',
    cause: 'Gate {gate} asks for {metric} and has neither a least nor a greatest value for it: every answer passes.',
    fix: 'Give the metric `min` or `max`.',
    exit,
  },
  MW1816: {
    title: 'A gate has no rule for missing data',
    cause: 'Gate {gate}: {what}.',
    fix: 'Give each metric a `minRequests` of 1 or more, and the gate a `timeoutMs` in which it is asked again.',
    exit,
  },
  MW1817: {
    title: 'A gate looks back over the step',
    cause:
      'Gate {gate} is watched for {bake} s, and {metric} looks back over {window} s: part of that was before the step.',
    fix: 'Watch at least as long as the longest window of the gate’s queries.',
    exit,
  },
  MW1818: {
    title: 'Gates have nobody to ask',
    cause: '{count} metric(s) of the plan name no proxies that count, and the estate names no metrics server.',
    fix: 'Plan again, so that the proxies are named, or name `metrics.prometheus` in the estate: each of these gates pauses the run (status 3).',
    exit,
  },
  MW1819: {
    title: 'An interruption is not declared',
    cause: 'Step {step} does {operation}, which {effect}, and declares no interruption.',
    fix: 'Declare `interruption` with its detail, so that a reviewer can count what is cut.',
    exit,
  },
  MW1820: {
    title: 'Restarts without a PodDisruptionBudget',
    cause: 'Step {step} restarts the pods of {workload}, and no PodDisruptionBudget selects them.',
    fix: 'Give the workload a budget: a drain at the same time could take away what the rollout leaves.',
    exit,
  },
  MW1821: {
    title: 'Restarts without room for a new pod',
    cause:
      'Step {step} restarts the pods of {workload}, and an old pod goes before a new one is ready ({replicas} replica(s)).',
    fix: 'Let the rollout surge: `maxSurge` of 1 or more and `maxUnavailable: 0`.',
    exit,
  },
  MW1822: {
    title: 'A change without an undo',
    cause: 'Step {step} does {operation}, and its undo has nothing that takes it back.',
    fix: 'Give the step the operation that undoes it, or declare it `irreversible`.',
    exit,
  },
  MW1823: {
    title: 'A step that nobody looks at',
    cause: 'Step {step} {lacks}.',
    fix: 'Give the step a check of what it has changed, on the way there and on the way back.',
    exit,
  },
  MW1824: {
    title: 'The dead-man switch is faster than the proof',
    cause:
      'Step {step} gives the switch on {host} {seconds} s; a new login, its look-up and the confirmation need {needed} s.',
    fix: 'Raise `policy.deadmanSeconds`: a switch that fires first undoes every capture.',
    exit,
  },
  MW1825: {
    title: 'A step ends before its operation',
    cause: 'Step {step} may take {timeout} s, and {operation} in it takes up to {needed} s.',
    fix: 'Give the step a `timeoutMs` that is longer than what it waits for.',
    exit,
  },
  MW1826: {
    title: 'An exemption nobody answers for',
    cause: 'The exemption of {caller} for {service} has {lacks}.',
    fix: 'Give it an owner and a day on which it ends, in the estate’s `exemptions`.',
    exit,
  },
  MW1827: {
    title: 'An exemption has expired',
    cause: 'The exemption of {caller} for {service} held until {expires}.',
    fix: 'Let the caller join, or have its owner renew the entry, and plan again.',
    exit,
  },
  MW1828: {
    title: 'An exempt caller would be refused',
    cause: 'Step {step} refuses plaintext to {service} on every port, and {caller} is exempt and calls it.',
    fix: 'Leave the port of the service PERMISSIVE in the policy (`portLevelMtls`).',
    exit,
  },
  MW1829: {
    title: 'A wave is larger than the estate allows',
    cause: 'Wave {wave} holds {what}; the estate allows {limit}.',
    fix: 'Split the wave, or raise the limit under `policy.waves` and plan again.',
    exit,
  },
  MW1830: {
    title: 'The plan was made of other inputs',
    cause: 'The plan was made of {kind} {planned}; {file} is {given}.',
    fix: 'Plan again, or give the files that the plan was made of: the rules compare it with these.',
    exit,
  },
});
