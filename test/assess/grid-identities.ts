import { hostLabels } from '../../src/providers/istio/names.ts';
import { asking, catalog, type GridRow, meshless, policed, pricing, twin } from './grid-row.ts';
import { withoutTwin } from './grid-policies.ts';

/** Checks of policies that ask callers for an identity. */
export const identityRows: readonly GridRow[] = [
  { check: 'P13', kind: 'open', of: 'no mesh at all', change: meshless, expected: ['MW1700 lab'] },
  {
    check: 'P13',
    kind: 'hit',
    of: 'principals',
    change: policed(asking),
    expected: [`MW1728 ${twin}`, `MW1728 ${catalog}`, `MW1728 ${pricing}`],
  },
  {
    check: 'P13',
    kind: 'hit',
    of: 'principals for pods by label, in the root namespace',
    change: policed({ ...asking, namespace: 'istio-system', selector: { app: 'catalog' } }),
    expected: [`MW1728 ${twin}`],
  },
  {
    check: 'P13',
    kind: 'near',
    outcome: 'clear',
    of: 'callers that have joined, a policy in another namespace, and one that asks for no identity',
    change: (parts) => {
      policed({ ...asking, namespace: 'other' }, { ...asking, asksIdentity: 'no' })(parts);
      if (parts.inventory.workloads[0]) parts.inventory.workloads[0].position.mesh = 'on';
    },
    expected: [],
  },
  {
    check: 'P13',
    kind: 'open',
    of: 'an authorizer of its own',
    yaml: withoutTwin,
    change: policed({ ...asking, asksIdentity: 'unknown' }),
    expected: [`MW1700 ${catalog}`, `MW1700 ${pricing}`],
  },
  {
    check: 'P13',
    kind: 'hit',
    of: 'principals by the labels of one VM’s registration',
    change: policed({ ...asking, selector: hostLabels('catalog') }),
    expected: [`MW1728 ${catalog}`],
  },
  {
    check: 'P13',
    kind: 'open',
    of: 'principals by labels that the mesh may add to a registration',
    change: policed({ ...asking, selector: { ...hostLabels('catalog'), 'security.istio.io/tlsMode': 'istio' } }),
    expected: [`MW1700 ${catalog}`],
  },
];
