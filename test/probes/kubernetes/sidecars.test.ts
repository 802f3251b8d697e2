import { describe, expect, it } from 'vitest';
import { parseSidecar } from '../../../src/probes/kubernetes/parse-sidecars.ts';

const sidecar = (spec?: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'Sidecar',
  metadata: { name: 'default', namespace: 'shop' },
  ...(spec && { spec }),
});
const nothing = { namespace: 'shop', name: 'default', selector: {}, hosts: [], registryOnly: false };

describe('Sidecars', () => {
  it('are read with whom they select and what they tell of, each host once', () => {
    const spec = {
      workloadSelector: { labels: { app: 'web' } },
      egress: [{ hosts: ['istio-system/*', './*'] }, { port: { number: 9080 }, hosts: ['./*'] }, {}],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    };
    expect(parseSidecar(sidecar(spec))).toEqual({
      ...nothing,
      selector: { app: 'web' },
      hosts: ['./*', 'istio-system/*'],
      registryOnly: true,
    });
  });

  it.each([
    [undefined],
    [{}],
    [{ ingress: [] }],
    [{ egress: null, workloadSelector: null, outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }],
  ])('limit nothing where they do not say it: %j', (spec) => expect(parseSidecar(sidecar(spec))).toEqual(nothing));
});
