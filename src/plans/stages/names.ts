import type { EstateService } from '../../estate/schema.ts';
import type { CheckOf } from '../check.ts';
import type { StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { step } from './step.ts';

type Resolves = CheckOf<'name.resolves'>;

/** What the hosts that know a name were told for it when the inventory was taken: who is asked again, and the way back. */
export function resolvedBefore(view: EstateView, hostname: string): { hosts: string[]; addresses: string[] } {
  const asked = view.inventory.hosts.filter(({ names }) => (names[hostname] ?? []).length > 0);
  const addresses = asked.flatMap(({ names }) => names[hostname] ?? []);
  return { hosts: asked.map(({ name }) => name).sort(), addresses: [...new Set(addresses)].sort() };
}

/** Every host that knew a name is told these addresses for it. */
export function nameAnswers(view: EstateView, hostname: string, addresses: readonly string[]): Resolves {
  return { check: 'name.resolves', hostname, hosts: resolvedBefore(view, hostname).hosts, addresses: [...addresses] };
}

/** A person lets a name answer other addresses, and on the way back what it did before. */
export function nameStep(
  view: EstateView,
  { hostname = '' }: EstateService,
  answers: readonly string[],
  facts: Pick<StepDraft, 'action' | 'reason'> & Partial<Pick<StepDraft, 'require'>>,
): StepDraft {
  const before = resolvedBefore(view, hostname);
  const answer = (addresses: readonly string[]): string => `let ${hostname} answer ${addresses.join(', ')}`;
  const { require = [], ...named } = facts;
  const [isSo, wasSo] = [nameAnswers(view, hostname, answers), nameAnswers(view, hostname, before.addresses)];
  return step(
    {
      require,
      requireRevert: [],
      apply: [{ op: 'manual', instruction: answer(answers), done: [isSo] }],
      verify: [],
      revert: [{ op: 'manual', instruction: `${answer(before.addresses)} again`, done: [wasSo] }],
      verifyRevert: [],
      lost: [],
    },
    named,
  );
}
