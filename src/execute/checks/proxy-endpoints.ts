import type { Answer, CheckOf } from '../../plans/check.ts';
import type { World } from '../handler.ts';
import { countHealthyEndpoints } from './envoy-clusters.ts';
import { type Asked, askInTurn, proxiesOf } from './proxies.ts';

/** Whether every caller's own proxy would send to enough endpoints of the backend. */
export async function checkEndpoints(
  { callers, backend, healthy }: CheckOf<'proxy.endpoints'>,
  world: World,
): Promise<Answer> {
  const proxies: Asked[] = [];
  for (const caller of callers) {
    const found = await proxiesOf(caller, world);
    if ('why' in found) return { answer: 'no', why: found.why };
    proxies.push(...found.proxies);
  }
  return await askInTurn(proxies, (asked) => judgeProxy(asked, backend, healthy));
}

async function judgeProxy({ proxy, read }: Asked, backend: string, wanted: number): Promise<Answer> {
  const json = await read();
  try {
    const healthy = countHealthyEndpoints(json, backend);
    if (healthy === null) return { answer: 'no', why: `the proxy of ${proxy} does not know ${backend}` };
    return healthy >= wanted
      ? { answer: 'yes' }
      : {
          answer: 'no',
          why: `the proxy of ${proxy} has ${healthy} healthy endpoint(s) of ${backend}; ${wanted} are wanted`,
        };
  } catch (error) {
    return {
      answer: 'unknown',
      why: `the proxy of ${proxy} gave an answer that is not understood: ${error instanceof Error ? error.message.slice(0, 200) : ''}`,
    };
  }
}
