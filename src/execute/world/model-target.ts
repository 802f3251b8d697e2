import { meshError } from '../../errors/index.ts';
import type { Clock, MetricsPort } from '../../ports/contracts.ts';
import { edgeByQuery, sampleByQuery } from '../sources/by-query.ts';
import type { Target } from '../target.ts';
import { answerIn, toldIn } from './answer.ts';
import { actByHand, missingByHand } from './by-hand.ts';
import type { EstateModel } from './model.ts';
import { actOnCluster, isOnCluster, probeCluster } from './on-cluster.ts';
import { actOnHost, isOnHost, probeHost } from './on-host.ts';
import { evaluate, type Point } from './promql.ts';

/** A metrics server that has scraped the model's proxies. */
export function modelMetrics(model: EstateModel): MetricsPort {
  const ask = (query: string): Point[] => {
    if (model.nowMs < model.metricsGoneUntil)
      throw meshError('MW1504', { source: 'the model', reason: 'connection refused' });
    return evaluate(query, model.counters, model.nowMs);
  };
  return {
    scalar: async (query) => {
      const [first] = await Promise.resolve(ask(query));
      return first && Number.isFinite(first.value) ? first.value : null;
    },
    vector: async (query) =>
      await Promise.resolve(ask(query).map(({ labels, value }) => ({ labels: { ...labels }, value }))),
  };
}

/** A model of the estate in the place of the estate. Waits for what is checked are by `clock`. */
export function modelTarget(model: EstateModel, clock: Clock = model.clock): Target {
  const metrics = modelMetrics(model);
  return {
    clock,
    withClock: (other) => modelTarget(model, other),
    probe: async (operation, context) => {
      await Promise.resolve();
      if (isOnCluster(operation)) return probeCluster(model, operation, context);
      if (isOnHost(operation)) return probeHost(model, operation, context);
      return { state: missingByHand(model, operation) === undefined ? 'done' : 'not-done' };
    },
    remember: async () => await Promise.resolve(model.point()),
    act: async (operation, context) => {
      model.point();
      model.onAct?.(operation, context.stamp);
      if (isOnCluster(operation)) return await actOnCluster(model, operation, context);
      if (isOnHost(operation)) return await actOnHost(model, operation, context);
      return await actByHand(model, operation, context);
    },
    read: async (check) => await Promise.resolve(answerIn(model, check)),
    sample: async (check, look) => {
      model.streams();
      return await sampleByQuery(metrics, check, look);
    },
    count: async (edge, look) => {
      model.streams();
      return await edgeByQuery(metrics, edge, look);
    },
    told: async (host, hostnames) => await Promise.resolve(toldIn(model, host, hostnames)),
  };
}
