/** A standard normal variable (Box and Muller 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A Poisson variable: exactly by Knuth's products up to a mean of 30, then by the normal approximation. */
export function poisson(mean: number, random: () => number): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}

/** A gamma variable of a whole shape and scale 1: a sum of exponential ones. */
export function gamma(shape: number, random: () => number): number {
  let sum = 0;
  for (let each = 0; each < shape; each += 1) sum -= Math.log(1 - random());
  return sum;
}
