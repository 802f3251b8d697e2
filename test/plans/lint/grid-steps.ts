import { onPath } from '../../fakes/path-shop.ts';
import { shopYaml } from '../../fakes/shop.ts';
import { type LintRow, metricOf, operationOf, stageOf, stepOf } from './grid-row.ts';
import { threshold } from '../../fakes/metrics.ts';

const gateOf = (plan: Parameters<NonNullable<LintRow['plan']>>[0], id: string) => {
  const gate = id.includes('/') ? stepOf(plan, id).gate : stageOf(plan, id).gate;
  if (!gate) throw new Error(`${id} has no gate`);
  return gate;
};
const withoutSource = shopYaml.replace(/^metrics: .*\n/m, '');
const RUNG = 'shift-catalog/weight-25';
const quiet = ['info enforce-web', 'info join-catalog-twin'];

export const gateRows: readonly LintRow[] = [
  {
    code: 'MW1814', kind: 'hit', of: 'a rung without a metric',
    plan: (plan) => void (gateOf(plan, RUNG).metrics = []),
    expected: [`error ${RUNG}`, ...quiet],
  },
  {
    code: 'MW1814', kind: 'hit', of: 'a rung without a gate, of which nobody says whether it is called', alone: true,
    plan: (plan) => void delete stepOf(plan, RUNG).gate,
    expected: ['warning enforce-web', 'warning join-catalog-twin', `warning ${RUNG}`],
  },
  {
    code: 'MW1814', kind: 'hit', of: 'a join of a service that is called',
    plan: (plan) => void (gateOf(plan, 'join-pricing').metrics = []),
    expected: [...quiet, 'warning join-pricing'],
  },
  {
    code: 'MW1814', kind: 'hit', of: 'a gate without anything', 
    plan: (plan) => void Object.assign(gateOf(plan, 'join-pricing'), { metrics: [], checks: [] }),
    expected: ['error join-pricing', ...quiet],
  },
  {
    code: 'MW1814', kind: 'near', of: 'stages of those that nobody was seen to call, as a remark, and a stage whose rungs are watched',
    expected: quiet,
  },
  {
    code: 'MW1815', kind: 'hit', of: 'traffic that may be anything',
    plan: (plan) => void delete threshold(metricOf(gateOf(plan, 'join-web'), 'traffic')).min,
    expected: ['error join-web'],
  },
  {
    code: 'MW1815', kind: 'near', of: 'a share with a least value alone',
    plan: (plan) => void delete threshold(metricOf(gateOf(plan, RUNG), 'traffic-share')).max,
    expected: [],
  },
  {
    code: 'MW1816', kind: 'hit', of: 'a metric that no request decides',
    plan: (plan) => void (metricOf(gateOf(plan, 'join-web'), 'error-rate').minRequests = 0),
    expected: ['error join-web'],
  },
  {
    code: 'MW1816', kind: 'hit', of: 'a gate that does not ask again',
    plan: (plan) => void (gateOf(plan, 'join-web').timeoutMs = 0),
    expected: ['error join-web'],
  },
  {
    code: 'MW1816', kind: 'near', of: 'a count of errors, for which nothing is waited',
    yaml: shopYaml.replace('callers: none,', 'callers: none, callsRarely: [catalog],'),
    expected: [],
  },
  {
    code: 'MW1817', kind: 'hit', of: 'a bake of 14 s for a window of 15 s',
    plan: (plan) => void (gateOf(plan, 'join-web').bakeMs = 14_000),
    expected: ['error join-web', 'error join-web', 'error join-web'],
  },
  {
    code: 'MW1817', kind: 'hit', of: 'a window of an hour and a half, in a subquery',
    plan: (plan) => {
      const { metrics } = gateOf(plan, 'join-web');
      threshold(metrics[0]).query = 'max_over_time(up[1h30m:1m])';
    },
    expected: ['error join-web'],
  },
  {
    code: 'MW1817', kind: 'near', of: 'a bake of just the window',
    plan: (plan) => void (gateOf(plan, 'join-web').bakeMs = 15_000),
    expected: [],
  },
  {
    code: 'MW1818', kind: 'hit', of: 'a metric that names no proxies, and an estate without a source', yaml: withoutSource,
    plan: (plan) => void (delete threshold(gateOf(plan, 'join-web').metrics.find(({ test }) => test === 'threshold')).tally),
    expected: ['warning plan'],
  },
  {
    code: 'MW1818', kind: 'near', of: 'the same, of an estate with a source',
    plan: (plan) => void (delete threshold(gateOf(plan, 'join-web').metrics.find(({ test }) => test === 'threshold')).tally),
    expected: [],
  },
  { code: 'MW1818', kind: 'near', of: 'an estate without a source: the proxies are asked', yaml: withoutSource, expected: [] },
];

const budget = (selector: Record<string, string> | null) => [{ namespace: 'shop', name: 'all', selector }];

export const restartRows: readonly LintRow[] = [
  {
    code: 'MW1819', kind: 'hit', of: 'a restart that is not declared',
    plan: (plan) => void (stepOf(plan, 'join-web/enrol').interruption = 'none'),
    expected: ['error join-web/enrol'],
  },
  {
    code: 'MW1819', kind: 'hit', of: 'a recycling that is not declared',
    plan: (plan) => void (stepOf(plan, 'enforce-pricing/recycle-vm-a').interruption = 'none'),
    expected: ['error enforce-pricing/recycle-vm-a'],
  },
  {
    code: 'MW1819', kind: 'hit', of: 'a switch of TCP that is not declared',
    yaml: shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n'),
    plan: (plan) => void (stepOf(plan, 'shift-catalog/switch').interruption = 'none'),
    expected: ['error shift-catalog/switch'],
  },
  {
    code: 'MW1819', kind: 'near', of: 'a label on the object itself, which restarts nothing',
    plan: (plan) => {
      const step = stepOf(plan, 'join-web/enrol');
      step.interruption = 'none';
      operationOf(step, 'kube.set').fields = { metadata: { labels: { a: 'b' } } };
      operationOf(step, 'kube.unset', 'revert').fields = { metadata: { labels: { a: 'b' } } };
    },
    expected: [],
  },
  {
    code: 'MW1820', kind: 'hit', of: 'pods that no budget selects',
    since: ({ cluster }) => void (cluster.disruptionBudgets = budget({ app: 'catalog' })),
    expected: ['warning join-web/enrol'],
  },
  {
    code: 'MW1820', kind: 'near', of: 'pods that a budget selects, or one that selects by more than labels',
    since: ({ cluster }) => void (cluster.disruptionBudgets = [...budget({ app: 'catalog' }), ...budget(null)]),
    expected: [],
  },
  { code: 'MW1820', kind: 'open', of: 'budgets that nobody read', expected: [] },
  {
    code: 'MW1821', kind: 'hit', of: 'a rollout without surge',
    since: ({ web }) => void (web.surges = false),
    expected: ['warning join-web/enrol'],
  },
  {
    code: 'MW1821', kind: 'near', of: 'a rollout without surge, of no pod',
    since: ({ web }) => void Object.assign(web, { surges: false, replicas: 0, readyReplicas: 0 }),
    expected: [],
  },
];

export const undoRows: readonly LintRow[] = [
  {
    code: 'MW1822', kind: 'hit', of: 'a step without an undo',
    plan: (plan) => void (stepOf(plan, 'join-web/enrol').revert = []),
    expected: ['error join-web/enrol'],
  },
  {
    code: 'MW1822', kind: 'hit', of: 'an undo that deletes one of two objects',
    plan: (plan) => {
      const { revert } = stepOf(plan, 'join-pricing/identity');
      if (revert !== 'irreversible') revert.pop();
    },
    expected: ['error join-pricing/identity'],
  },
  {
    code: 'MW1822', kind: 'hit', of: 'a capture that is never taken back',
    plan: (plan) => void (stepOf(plan, 'join-pricing/capture').revert = [{ op: 'host.drain', host: 'vm-b', timeoutSeconds: 1 }]),
    expected: ['error join-pricing/capture'],
  },
  { code: 'MW1822', kind: 'near', of: 'a restart, which leaves nothing to take back', alone: true, expected: [] },
  {
    code: 'MW1823', kind: 'hit', of: 'a step that looks at nothing afterwards',
    plan: (plan) => void (stepOf(plan, 'join-pricing/proxy').verify = []),
    expected: ['error join-pricing/proxy'],
  },
  {
    code: 'MW1823', kind: 'hit', of: 'an undo that looks at nothing afterwards',
    plan: (plan) => void (stepOf(plan, 'join-pricing/proxy').verifyRevert = []),
    expected: ['error join-pricing/proxy'],
  },
  {
    code: 'MW1823', kind: 'near', of: 'a switch of TCP, which its gate looks at',
    yaml: shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n'),
    expected: [],
  },
];

const deadman = (seconds: number): NonNullable<LintRow['plan']> => (plan) =>
  void (operationOf(stepOf(plan, 'join-pricing/capture'), 'host.capture').deadmanSeconds = seconds);
const jump = shopYaml.replace('port: 2222, user: ops,', 'port: 2222, user: ops, jump: bastion.example.com,');

export const timeRows: readonly LintRow[] = [
  { code: 'MW1824', kind: 'hit', of: 'a switch of 14 s', plan: deadman(14), expected: ['error join-pricing/capture'] },
  { code: 'MW1824', kind: 'hit', of: 'a switch of 15 s behind a jump host', plan: deadman(15), yaml: jump, expected: ['error join-pricing/capture'] },
  { code: 'MW1824', kind: 'near', of: 'a switch of 15 s', plan: deadman(15), expected: [] },
  {
    code: 'MW1825', kind: 'hit', of: 'a recycling that waits longer than its step may take',
    plan: (plan) => void (stepOf(plan, 'enforce-pricing/recycle-vm-a').timeoutMs = 29_000),
    expected: ['error enforce-pricing/recycle-vm-a'],
  },
  {
    code: 'MW1825', kind: 'hit', of: 'a switch that outlasts its step', plan: deadman(181), expected: ['error join-pricing/capture'],
  },
  {
    code: 'MW1825', kind: 'near', of: 'a step of just the time',
    plan: (plan) => void (stepOf(plan, 'enforce-pricing/recycle-vm-a').timeoutMs = 30_000),
    expected: [],
  },
];

const oneWave: NonNullable<LintRow['plan']> = (plan) => {
  for (const stage of plan.stages) if (stage.move === 'join') stage.wave = 1;
};
const limits = (text: string, yaml = shopYaml): string => `${yaml}policy: { waves: { ${text} } }\n`;
const wide = 'maxShare: 1, firstWorkloads: 9';

export const waveRows: readonly LintRow[] = [
  { code: 'MW1829', kind: 'hit', of: 'more workloads than a wave may hold', plan: oneWave, yaml: limits(`${wide}, maxWorkloads: 3`), expected: ['error wave-1'] },
  { code: 'MW1829', kind: 'hit', of: 'a first wave of four', plan: oneWave, yaml: limits('maxShare: 1'), expected: ['error wave-1'] },
  { code: 'MW1829', kind: 'hit', of: 'more of the requests than a wave may touch, as a warning', plan: oneWave, yaml: limits('firstWorkloads: 9'), expected: ['warning wave-1'] },
  {
    code: 'MW1829', kind: 'hit', of: 'two services of tier 0', plan: oneWave,
    yaml: limits(wide, shopYaml.replaceAll(/name: (web|pricing), /g, 'name: $1, tier: 0, ')),
    expected: ['error wave-1'],
  },
  {
    code: 'MW1829', kind: 'hit', of: 'two groups of one owner', plan: oneWave,
    yaml: limits(`${wide}, maxPerOwner: 1`, shopYaml.replaceAll(/name: (web|pricing), /g, 'name: $1, owner: us, ')),
    expected: ['error wave-1'],
  },
  { code: 'MW1829', kind: 'hit', of: 'more waves than there may be', yaml: limits('maxWaves: 2'), expected: ['error wave-3'] },
  { code: 'MW1829', kind: 'near', of: 'a wave that holds just what it may', plan: oneWave, yaml: limits(`${wide}, maxWorkloads: 4, maxWaves: 1`), expected: [] },
  {
    code: 'MW1829', kind: 'near', of: 'a twin on path direct, which joins with its shift after all waves of joins',
    yaml: onPath('direct').concat('policy: { waves: { maxShare: 1, maxWorkloads: 2, firstWorkloads: 2, maxWaves: 2 } }\n'), expected: [],
  },
  { code: 'MW1829', kind: 'near', of: 'what must join together, however large', yaml: limits('maxWorkloads: 1, maxShare: 0.01'), expected: [] },
  {
    code: 'MW1830', kind: 'hit', of: 'inputs that are not those of the plan',
    edit: (plan) => void (plan.inputs = { ...plan.inputs, estate: `sha256:${'0'.repeat(64)}` }),
    expected: ['warning plan'],
  },
  { code: 'MW1830', kind: 'near', of: 'the inputs of the plan', expected: [] },
];
