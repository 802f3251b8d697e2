import type { Problem } from './freeze-check.ts';
import type { Estate } from './schema.ts';

type Place = (string | number)[];

/** Names in the policy of waves that no service has. */
export function waveProblems(
  estate: Estate,
  unknownService: (estate: Estate, service: string, path: Place) => Problem[],
): Problem[] {
  const { together, apart, pins } = estate.policy.waves;
  const at = (...path: Place): Place => ['policy', 'waves', ...path];
  return [
    ...together.flatMap((names, list) =>
      names.flatMap((name, index) => unknownService(estate, name, at('together', list, index))),
    ),
    ...apart.flatMap(({ services }, list) =>
      services.flatMap((name, index) => unknownService(estate, name, at('apart', list, 'services', index))),
    ),
    ...pins.flatMap(({ service, from = 1, until = Infinity }, index) => [
      ...unknownService(estate, service, at('pins', index, 'service')),
      ...(from > until
        ? [{ path: at('pins', index, 'until'), message: `it ends before it begins (wave ${from})` }]
        : []),
    ]),
  ];
}

export function ladderProblems(ladder: readonly number[]): Problem[] {
  const isAscending = ladder.every((weight, index) => index === 0 || weight > (ladder[index - 1] ?? 0));
  const path = ['policy', 'ladder'];
  return [
    ...(isAscending ? [] : [{ path, message: 'the weights must ascend' }]),
    ...(ladder.at(-1) === 100 ? [] : [{ path, message: 'the last weight must be 100' }]),
  ];
}
