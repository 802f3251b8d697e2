const scales: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const quantity = /^\+?(\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:([eE][+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i))?$/;

/** No quantity is larger, whatever it says. */
const MAX = 2 ** 63;

/**
 * A quantity of Kubernetes in its plain unit: `100m` of CPU is 0.1, `1Gi` is 1073741824. Undefined for what is none, and for
 * less than nothing. Format: apimachinery, `pkg/api/resource`.
 */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= MAX ? value : undefined;
  const [, number, exponent = '', suffix = ''] = quantity.exec(typeof value === 'string' ? value : '') ?? [];
  if (number === undefined) return undefined;
  const found = Number(number + exponent) * (scales[suffix] ?? 1);
  return found <= MAX ? found : undefined;
}
