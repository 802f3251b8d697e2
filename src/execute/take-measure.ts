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
  const isReal = measure !== undefined && target.cost !== undefined;
  const proxies = isReal ? await costsNow(measure, target) : [];
  await journal.append({ type: 'note', note: { about: 'measured', stage: stage.id, proxies } });
  if (isReal) watch({ event: 'stage.measured', stage: stage.id, proxies, predicted: measure.predicted });
}

const NOTHING = { addedMs: null, perSecond: null, millicores: null };

async function costsNow({ proxies }: Measure, target: Pick<Target, 'cost'>): Promise<ProxyCost[]> {
  return await Promise.all(
    proxies.map(async (proxy): Promise<ProxyCost> => {
      try {
        return { subject: proxy.subject, ...NOTHING, ...(await target.cost?.(proxy)) };
      } catch (error) {
        if (!isMeshError(error)) throw error;
        return { subject: proxy.subject, ...NOTHING, lack: error.causeText };
      }
    }),
  );
}
