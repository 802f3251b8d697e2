import { type CallRate, callRates } from '../rates.ts';
import type { EstateView } from '../view.ts';

/** What passes a workload's proxy. */
export interface ProxyTraffic {
  /** Requests per second, received and sent. */
  perSecond: number;
  rate: 'stated' | 'mixed' | 'assumed';
  /** Called or calling over TCP: connections, whose cost no figure tells. */
  leftOut: string[];
}

/** Traffic by proxy, for an estate whose rates were shared out once. */
export class TrafficView {
  readonly #view: EstateView;
  readonly #rates: readonly CallRate[];

  constructor(view: EstateView) {
    this.#view = view;
    this.#rates = callRates(view).filter(({ to }) => view.service(to)?.serverFirst === false);
  }

  /** What passes the one proxy of some workloads of these services: the calls to them, and the calls they make. */
  through(services: readonly string[], makeCalls: readonly string[]): ProxyTraffic {
    const isHttp = (service: string): boolean => this.#view.service(service)?.protocol === 'http';
    const sent = onceEach(this.#rates.filter(({ from }) => makeCalls.includes(from)));
    const received = services.flatMap((service) => this.#received(service));
    const all = [...received, ...sent];
    const counted = all.filter(({ to }) => isHttp(to));
    const stated = counted.filter(({ source }) => source === 'stated').length;
    return {
      perSecond: counted.reduce((sum, { perSecond }) => sum + perSecond, 0),
      rate: stated === 0 ? 'assumed' : stated === counted.length ? 'stated' : 'mixed',
      leftOut: [...new Set(all.filter(({ to }) => !isHttp(to)).map(({ to }) => to))].sort(),
    };
  }

  /** Calls to a service: as many as the estate states, though nobody was seen to make them; else what is assumed of each. */
  #received(service: string): Pick<CallRate, 'to' | 'perSecond' | 'source'>[] {
    const stated = this.#view.service(service)?.requestsPerSecond;
    if (stated !== undefined) return [{ to: service, perSecond: stated, source: 'stated' }];
    return this.#rates.filter(({ to }) => to === service);
  }

  /** Who was seen or declared to make the calls of a service: its workload and its twin, which are one caller at a time. */
  callersIn(service: string): string[] {
    return this.#view.workloads(service).map(({ id }) => id);
  }
}

/** Calls to each service once: a stated rate was shared out over its callers and is summed, an assumed one was not. */
function onceEach(calls: readonly CallRate[]): CallRate[] {
  return [...Map.groupBy(calls, ({ to }) => to).values()].map((same): CallRate => {
    const [first] = same as [CallRate];
    const rates = same.map(({ perSecond }) => perSecond);
    const sum = rates.reduce((all, each) => all + each, 0);
    return { ...first, perSecond: first.source === 'stated' ? sum : rates.reduce((most, each) => Math.max(most, each)) };
  });
}
