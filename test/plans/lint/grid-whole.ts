import { retiringYaml, shopYaml } from '../../fakes/shop.ts';
import { type LintRow, move, stageOf, stepOf } from './grid-row.ts';

const retiring = retiringYaml('{ name: kept }');
const finding = { code: 'MW1310', level: 'error', subject: 'web', message: 'no' } as const;

export const wholeRows: readonly LintRow[] = [
  {
    code: 'MW1800', kind: 'hit', of: 'a plan whose title was edited after it was made',
    edit: (plan) => void (stageOf(plan, 'join-web').title = 'nothing to see'),
    expected: ['error plan'],
  },
  {
    code: 'MW1800', kind: 'hit', of: 'a step whose time was edited',
    edit: (plan) => void (stepOf(plan, 'join-web/enrol').timeoutMs = 1),
    expected: ['error join-web/enrol', 'error plan'],
  },
  {
    code: 'MW1800', kind: 'near', of: 'a plan that its author changed and sealed',
    plan: (plan) => void (stageOf(plan, 'join-web').title = 'another title'),
    expected: [],
  },
  { code: 'MW1801', kind: 'hit', of: 'a plan that leaves a retirement for later', expected: ['warning catalog'] },
  {
    code: 'MW1801', kind: 'hit', of: 'a plan that says it is not complete, and not why',
    plan: (plan) => void (plan.deferred = []),
    expected: ['warning plan'],
  },
  { code: 'MW1801', kind: 'near', of: 'a plan that brings every service to its end', yaml: retiring, expected: [] },
  {
    code: 'MW1802', kind: 'hit', of: 'a plan that calls itself applyable with an error in it',
    plan: (plan) => void plan.findings.push(finding),
    expected: ['error plan'],
  },
  {
    code: 'MW1802', kind: 'hit', of: 'a plan that is not applyable',
    plan: (plan) => void (plan.applyable = false),
    expected: ['error plan'],
  },
  {
    code: 'MW1802', kind: 'hit', of: 'a draft from files, as a note',
    plan: (plan) => void ((plan.applyable = false), (plan.basis = 'files')),
    expected: ['info plan'],
  },
  {
    code: 'MW1802', kind: 'hit', of: 'a draft from files with an error in it',
    plan: (plan) => void ((plan.applyable = false), (plan.basis = 'files'), plan.findings.push(finding)),
    expected: ['error plan'],
  },
  {
    code: 'MW1802', kind: 'near', of: 'a plan with a warning',
    plan: (plan) => void plan.findings.push({ ...finding, level: 'warning' }),
    expected: [],
  },
  {
    code: 'MW1803', kind: 'hit', of: 'two steps of one name',
    plan: (plan) => void (stepOf(plan, 'join-pricing/proxy').id = 'join-pricing/identity'),
    expected: ['error join-pricing/identity'],
  },
  {
    code: 'MW1803', kind: 'hit', of: 'a step that is named after another stage',
    plan: (plan) => void (stepOf(plan, 'join-web/enrol').id = 'join-catalog/enrol'),
    expected: ['error join-catalog/enrol'],
  },
  {
    code: 'MW1803', kind: 'near', of: 'steps of one action in two stages, as every plan has them',
    expected: [],
  },
  {
    code: 'MW1804', kind: 'hit', of: 'a stage with a commit point that says that it can be taken back',
    yaml: retiring, plan: (plan) => void (stageOf(plan, 'retire-catalog').reversible = 'yes'),
    expected: ['error retire-catalog/stop'],
  },
  { code: 'MW1804', kind: 'near', of: 'a stage that says until when', yaml: retiring, expected: [] },
  {
    code: 'MW1804', kind: 'near', of: 'a stage that cannot go back at all',
    yaml: retiring, plan: (plan) => void (stageOf(plan, 'retire-catalog').reversible = 'no'),
    expected: [],
  },
  {
    code: 'MW1805', kind: 'hit', of: 'a step that can be undone after one that cannot',
    yaml: retiring, plan: (plan) => void (stepOf(plan, 'retire-catalog/leave').revert = []),
    expected: ['error retire-catalog/leave'],
  },
  {
    code: 'MW1805', kind: 'hit', of: 'STRICT after a retirement',
    yaml: retiring, plan: (plan) => move(plan, 'retire-catalog', plan.stages.length - 2),
    expected: ['error enforce-web'],
  },
  { code: 'MW1805', kind: 'near', of: 'a commit point after which nothing can be undone', yaml: retiring, expected: [] },
];

const exempt = (more: string): string => `${shopYaml}exemptions: [{ caller: external/192.0.2.9, service: catalog, reason: an appliance${more} }]\n`;
const called = ({ inventory }: Parameters<NonNullable<LintRow['seen']>>[0]): void => {
  const [first] = inventory.dependencies;
  if (first) inventory.dependencies.push({ ...structuredClone(first), from: 'external/192.0.2.9' });
};

export const registerRows: readonly LintRow[] = [
  { code: 'MW1826', kind: 'hit', of: 'an exemption without owner and end', seen: called, yaml: exempt(''), expected: ['warning external/192.0.2.9'] },
  { code: 'MW1826', kind: 'hit', of: 'an exemption without an end', seen: called, yaml: exempt(', owner: team'), expected: ['warning external/192.0.2.9'] },
  { code: 'MW1826', kind: 'near', of: 'an exemption with both', seen: called, yaml: exempt(', owner: team, expires: 2026-06-30'), expected: [] },
  {
    code: 'MW1826', kind: 'near', of: 'a server that speaks first, which nobody exempted',
    yaml: shopYaml.replace('port: 8081,', 'port: 8081, protocol: tcp, serverFirst: true,'),
    expected: [],
  },
  {
    code: 'MW1827', kind: 'hit', of: 'an exemption on the day on which it ends', seen: called,
    yaml: exempt(', owner: team, expires: 2026-06-30'), now: '2026-06-30T00:00:00Z',
    expected: ['error external/192.0.2.9'],
  },
  {
    code: 'MW1827', kind: 'near', of: 'an exemption the evening before', seen: called,
    yaml: exempt(', owner: team, expires: 2026-06-30'), now: '2026-06-29T23:59:59Z',
    expected: [],
  },
  {
    code: 'MW1828', kind: 'hit', of: 'an exempt caller whose port is not left open', seen: called, yaml: exempt(''),
    plan: (plan) => {
      for (const { apply } of stageOf(plan, 'enforce-catalog').steps)
        for (const one of apply)
          if (one.op === 'kube.create') delete (one.manifest['spec'] as { portLevelMtls?: unknown }).portLevelMtls;
    },
    expected: ['error enforce-catalog/strict-pods', 'error enforce-catalog/strict-vm'],
  },
  { code: 'MW1828', kind: 'near', of: 'an exempt caller whose port stays open', seen: called, yaml: exempt(''), expected: [] },
];
