import { isMeshError } from '../errors/index.ts';
import type { Measure, ProxyCost } from '../plans/measure.ts';
import type { Decision } from './decision.ts';
import type { Execution } from './execution.ts';
import type { Target } from './target.ts';

/** Measures the mesh once, and keeps it in the journal. What cannot be measured is said, and nothing waits for it. */
export async function takeMeasure(
  { stage }: Decision & { do: 'measure' },
  { journal, target, watch }: Pick<Execution, 'journal' | 'target' | 'watch'>,
): Promise<void> {
  const { measure } = stage;
  const proxies = measure ? await costsNow(measure, target) : [];
  await journal.append({ type: 'note', note: { about: 'measured', stage: stage.id, proxies } });
  if (measure) watch({ event: 'stage.measured', stage: stage.id, proxies, predicted: measure.predicted });
}

async function costsNow({ proxies }: Measure, target: Target): Promise<ProxyCost[]> {
  return await Promise.all(
    proxies.map(async (proxy): Promise<ProxyCost> => {
      try {
        return { subject: proxy.subject, ...(await target.cost(proxy)) };
      } catch (error) {
        if (!isMeshError(error)) throw error;
        return { subject: proxy.subject, addedMs: null, perSecond: null, millicores: null, lack: error.causeText };
      }
    }),
  );
}
