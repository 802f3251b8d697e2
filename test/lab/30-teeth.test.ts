import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop, stopLoad } from './handle.ts';
import { carelessRestart, prober, startCareless } from './witness/careless.ts';
import { type Cost, costOf, type Mistake } from './witness/cost.ts';
import { quickEstate } from './witness/estate.ts';
import { Operator } from './witness/mesh.ts';
import {
  captureWithoutSynRule,
  proxyStoppedBeforeUncapture,
  retireBeforeCallerJoined,
  strictBeforeCallerJoined,
  weightsBeforeReadiness,
} from './witness/mistakes.ts';
import { openTraffic } from './witness/traffic.ts';

let operator: Operator;

/** What a mistake cost a caller, on a line of its own: it is no part of the suite's figure. */
async function toothOf(name: string, mistake: Mistake, caller: string): Promise<Cost> {
  const cost = await costOf(mistake, caller);
  console.log(`teeth: ${name}: ${cost.lost} lost, ${cost.cuts} cuts`);
  return cost;
}

const apply = async (stage: string): Promise<void> => {
  await operator.must('migrate', 'apply', operator.plan, '--to', stage);
};

/**
 * Mistakes on purpose: the witness that counts nothing in the other tests must count here. Each is watched for 3 s from
 * its first loss. Of what its caller has due in that time a sixth at most is asked for: a slow machine counts late.
 * In order of what has to be joined, so that the shop is made once.
 */
describe('the witness counts', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate());
    await operator.makePlan();
  });
  afterAll(() => stopLoad());

  // All 10 connections that the prober keeps are with the pod. The figure of declared cuts holds only what a caller's
  // own end in order has closed, and so must not grow: these are the pod's doing.
  it('cuts, none of them declared, when a careless pod gets SIGTERM', async () => {
    await startCareless();
    const { cuts, declared } = await toothOf('SIGTERM on a careless pod', carelessRestart, prober);
    expect(cuts).toBeGreaterThanOrEqual(5);
    expect(declared).toBe(0);
  });

  describe('with pricing on vm-b in the mesh, and its caller on vm-a not', () => {
    beforeAll(() => apply('join-pricing'));

    // First of these: the 10 connections that the catalog keeps are still older than the capture.
    it('cuts, when a capture takes packets that open no connection', async () => {
      const { cuts } = await toothOf('capture without the SYN rule', captureWithoutSynRule, 'catalog');
      expect(cuts).toBeGreaterThanOrEqual(5);
    });

    // 30 requests a second on new connections, and one for each that web makes, 160.
    it('losses, when STRICT comes before a caller', async () => {
      const { lost } = await toothOf('STRICT before a caller', strictBeforeCallerJoined, 'catalog');
      expect(lost).toBeGreaterThan(50);
    });

    it('losses, when the proxy stops before the capture ends', async () => {
      const { lost } = await toothOf('proxy stopped before uncapture', proxyStoppedBeforeUncapture, 'catalog');
      expect(lost).toBeGreaterThan(50);
    });
  });

  describe('with a route to the twin, and web not in the mesh', () => {
    beforeAll(() => apply('join-catalog'));

    it('losses, when the VM is retired after a shift that web does not follow', async () => {
      const { lost } = await toothOf('shift and retire before a caller', retireBeforeCallerJoined, 'web');
      expect(lost).toBeGreaterThan(80);
    });
  });

  describe('with web in the mesh', () => {
    beforeAll(() => apply('join-web'));

    it('losses, when the weights come before a ready twin', async () => {
      const { lost } = await toothOf('weights before readiness', weightsBeforeReadiness, 'web');
      expect(lost).toBeGreaterThan(80);
    });
  });
});
