import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captureRules } from '../../../src/execute/operations/host/rules.ts';
import type { CaptureSpec } from '../../../src/plans/operation.ts';

const SPEC: CaptureSpec = {
  proxyUid: 1337,
  inboundPorts: [8080, 9100],
  excludeInboundPorts: [22, 9100],
  excludeOutboundPorts: [636],
  inboundProxyPort: 15006,
  outboundProxyPort: 15001,
};
const port = fc.integer({ min: 1, max: 65_535 });

describe('the rules of a capture', () => {
  it('are these, to the byte', async () => {
    await expect(captureRules(SPEC, 'run-1')).toMatchFileSnapshot('../../golden/host/capture-rules.txt');
  });

  it('let packets that open no connection pass before anything else, in both directions', () => {
    const rules = captureRules(SPEC, 'run-1').split('\n');
    for (const chain of ['MESHWAY_INBOUND', 'MESHWAY_OUTPUT']) {
      expect(rules.find((line) => line.startsWith(`-A ${chain} `))).toMatch(/ -p tcp ! --syn .*-j RETURN$/);
    }
  });

  it('never redirect an excluded port, whatever is to be captured', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(port, { minLength: 1, maxLength: 20 }),
        fc.uniqueArray(port, { maxLength: 20 }),
        (inboundPorts, excludeInboundPorts) => {
          const rules = captureRules({ ...SPEC, inboundPorts, excludeInboundPorts }, 'run-1');
          const redirected = [...rules.matchAll(/--dport (\d+) .*-j MESHWAY_IN_REDIRECT$/gm)].map(([, found]) =>
            Number(found),
          );
          expect(redirected.filter((found) => excludeInboundPorts.includes(found))).toEqual([]);
        },
      ),
    );
  });
});
