import type { Answer, CheckOf, ProxyRef } from '../../plans/check.ts';
import type { World } from '../handler.ts';
import { knownServices, type KnownService } from './envoy-clusters.ts';
import { type Asked, askInTurn, proxiesOf } from './proxies.ts';

const NAMED = 3;
const no = (why: string): Answer => ({ answer: 'no', why });

/** Whether no caller's proxy knows any of these services. */
export async function checkLacks({ callers, hosts }: CheckOf<'proxy.lacks'>, world: World): Promise<Answer> {
  const gone = new Set(hosts);
  return await ofCallers(callers, world, (asked) =>
    judged(asked, (services) => {
      const left = named(services.filter(({ host }) => gone.has(host)));
      return left === '' ? { answer: 'yes' } : no(`the proxy of ${asked.proxy} still knows ${left}`);
    }),
  );
}

/** Whether the callers' proxies have called nothing beyond some services, for long enough to tell. */
export async function checkCalls({ callers, hosts, seconds }: CheckOf<'proxy.calls'>, world: World): Promise<Answer> {
  for (const caller of callers) {
    const young = await youngerThan(caller, seconds, world);
    if (young !== undefined) return no(young);
  }
  return await ofCallers(callers, world, (asked) =>
    judged(asked, (services) => {
      const called = named(services.filter(({ host, isCalled }) => isCalled && !isOneOf(hosts, host)));
      return called === '' ? { answer: 'yes' } : no(`the proxy of ${asked.proxy} has called ${called} too`);
    }),
  );
}

const isOneOf = (hosts: readonly string[], host: string): boolean =>
  hosts.some((one) => (one.startsWith('*.') ? host.endsWith(one.slice(1)) : host === one));

const named = (services: readonly KnownService[]): string => {
  const hosts = [...new Set(services.map(({ host }) => host))].sort();
  return `${hosts.slice(0, NAMED).join(', ')}${hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : ''}`;
};

async function ofCallers(
  callers: readonly ProxyRef[],
  world: World,
  judge: (asked: Asked) => Promise<Answer>,
): Promise<Answer> {
  for (const caller of callers) {
    const found = await proxiesOf(caller, world);
    const answer = 'why' in found ? no(found.why) : await askInTurn(found.proxies, judge);
    if (answer.answer !== 'yes') return answer;
  }
  return { answer: 'yes' };
}

async function judged({ proxy, read }: Asked, judge: (services: KnownService[]) => Answer): Promise<Answer> {
  const json = await read();
  try {
    return judge(knownServices(json));
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : '';
    return { answer: 'unknown', why: `the proxy of ${proxy} gave an answer that is not understood: ${detail}` };
  }
}

/** Pods come and go: what counts is the one that has counted longest. */
async function youngerThan(caller: ProxyRef, seconds: number, world: World): Promise<string | undefined> {
  const found = await proxiesOf(caller, world);
  if ('why' in found) return found.why;
  const starts = await Promise.all(found.proxies.map(({ startedAt }) => startedAt()));
  const known = starts.filter((start) => start !== undefined);
  const [{ proxy } = { proxy: '' }] = found.proxies;
  if (known.length === 0) return `nothing tells since when the proxy of ${proxy} has been counting`;
  const upSeconds = Math.floor((world.clock.now() - Math.min(...known)) / 1000);
  return upSeconds >= seconds
    ? undefined
    : `the oldest proxy, like that of ${proxy}, has counted for ${upSeconds} s of ${seconds}`;
}
