import { meshError } from '../../errors/index.ts';

/** What can go wrong in a rehearsal. */
export const FAULT_KINDS = {
  'host-dies': 'a host gives no answer any more: `host-dies=vm-a`; for some seconds only with `for=60`',
  'site-lost': 'all hosts of a site, in mid-shift unless `at` says when: `site-lost=north`',
  'twin-dies': 'a twin loses its pods: `twin-dies=catalog`',
  'bad-twin': 'a twin answers with errors: `bad-twin=catalog,share=0.03,from=25`, from that weight on',
  'slow-twin': 'a twin answers some calls five times slower: `slow-twin=catalog,share=1,from=25`',
  'slow-rollout': 'pods restart so many times slower: `slow-rollout=10`',
  conflict: 'somebody else makes or takes an object of the plan before it is changed',
  'metric-gap': 'the metrics source gives no answer for so many seconds: `metric-gap=60`',
  'api-gap': 'the API server gives no answer for so many seconds: `api-gap=60`',
  crash: 'the process is killed in a change, and started again: `crash`, or `crash,at=12`',
  'wrong-clock': 'the clock of a host goes wrong by so many seconds: `wrong-clock=vm-a,by=30`',
  'no-renewal':
    'a host gets no new certificate, and its last one is good for so many seconds: `no-renewal=vm-a,left=600`',
  'nobody-by-hand': 'nobody does what steps ask of a person',
} as const;
export type FaultKind = keyof typeof FAULT_KINDS;

export interface Fault {
  kind: FaultKind;
  /** The host, site or service that it strikes. Absent: chosen by the seed. */
  subject?: string;
  /** Before which change of the plan, from 1, it strikes. Absent: chosen by the seed. */
  at?: number;
  /** Seconds for which it lasts. Absent: for good, or a minute for a gap. */
  forSeconds?: number;
  /** The share of answers that are bad, 0 to 1. */
  share?: number;
  /** The weight from which on, in percent. */
  fromWeight?: number;
  /** How many times slower. */
  factor?: number;
  /** By how many seconds a clock is ahead. */
  bySeconds?: number;
  /** For how many seconds the last certificate is good. */
  leftSeconds?: number;
}

const NUMBERS = {
  ...{ at: 'at', for: 'forSeconds', share: 'share', from: 'fromWeight', factor: 'factor' },
  ...{ by: 'bySeconds', left: 'leftSeconds' },
} as const;
type FaultNumber = (typeof NUMBERS)[keyof typeof NUMBERS];
/** What the first word is, for kinds where it is a number. */
const FIRST: Partial<Record<FaultKind, 'forSeconds' | 'factor'>> = {
  'slow-rollout': 'factor',
  'metric-gap': 'forSeconds',
  'api-gap': 'forSeconds',
};

/** Reads `KIND[=ARG[,NAME=NUMBER]...]`. @throws MW1836 */
export function parseFault(text: string): Fault {
  const [, kind = '', rest = ''] = /^([a-z-]+)[=,]?(.*)$/.exec(text) ?? [];
  if (!Object.hasOwn(FAULT_KINDS, kind))
    throw refused(text, `there is no fault "${kind}"; there are ${Object.keys(FAULT_KINDS).join(', ')}`);
  const fault: Fault = { kind: kind as FaultKind };
  for (const word of rest === '' ? [] : rest.split(',')) {
    const [name = '', value] = word.split('=');
    if (value !== undefined) Object.assign(fault, { [fieldOf(text, name)]: numberOf(text, name, value) });
    else if (FIRST[fault.kind] !== undefined)
      Object.assign(fault, { [FIRST[fault.kind] ?? '']: numberOf(text, kind, name) });
    else fault.subject = name;
  }
  return fault;
}

function fieldOf(text: string, name: string): string {
  if (!Object.hasOwn(NUMBERS, name)) throw refused(text, `"${name}" is none of ${Object.keys(NUMBERS).join(', ')}`);
  return NUMBERS[name as keyof typeof NUMBERS];
}

function numberOf(text: string, name: string, value: string): number {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number) || number < 0)
    throw refused(text, `${name} is to be a number of 0 or more, and is "${value}"`);
  return number;
}

const refused = (fault: string, reason: string): Error => meshError('MW1836', { fault, reason });

/** As it is written on a command line. */
export function faultInWords({ kind, subject, ...numbers }: Fault): string {
  const fields = Object.entries(numbers) as [FaultNumber, number | undefined][];
  const named = Object.entries(NUMBERS).map(([name, field]) => [name, new Map(fields).get(field)] as const);
  const words = [
    ...(subject === undefined ? [] : [subject]),
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
  ];
  return words.length === 0 ? kind : `${kind}${subject === undefined ? ',' : '='}${words.join(',')}`;
}
