import { readCount, resetCount } from './matrix/count.ts';

/** Around the whole crash suite: it counts from nothing, and what it counted is the last thing printed. */
export const setup = resetCount;

export function teardown(): void {
  const { plans, kills, again, faults, torn, jumps, lost, stops, divergences } = readCount();
  for (const line of stops) console.log(`stopped with a code, and went on: ${line}`);
  for (const line of divergences) console.log(`divergence: ${line}`);
  console.log(
    `crash: ${again} of the kills in a resume; ${faults} failed writes, ${torn} torn lines, ${jumps} jumps of the clock, ${lost} lost journals`,
  );
  const matrix = plans.filter((name) => name !== 'faults');
  console.log(`${kills} kill points × ${matrix.length} plans, ${divergences.length} divergences`);
}
