import type { Answer, CheckOf } from '../../plans/check.ts';
import { LOOK_UP } from '../../probes/host/look-up.ts';
import type { World } from '../handler.ts';
import { targetOn } from '../operations/host/session.ts';

const timeoutMs = 20_000;
/** A look-up ends by itself after so long. */
const LOOK_UP_MS = 5_000;
const maxOutputBytes = 64 * 1024;

const SCRIPT = `
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL
${LOOK_UP}
for name in $names; do
  echo "name $name"
  look_up "$name"
done
`;

/** The one spelling of an address: lower case, IPv6 as short as it can be (RFC 5952), which is how URLs write it. */
export function canonicalAddress(address: string): string {
  if (!address.includes(':')) return address;
  return URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address.toLowerCase();
}

const setOf = (addresses: readonly string[]): string => [...new Set(addresses.map(canonicalAddress))].sort().join(', ');

/** Whether every host is told exactly these addresses. The first that is not, is named. */
export async function checkName(
  { hostname, hosts, addresses }: CheckOf<'name.resolves'>,
  world: World,
): Promise<Answer> {
  const wanted = setOf(addresses);
  const answers = await Promise.all(hosts.map((host) => ask(host, hostname, world)));
  const other = answers.findIndex((answer) => answer !== wanted);
  if (other === -1) return { answer: 'yes' };
  return {
    answer: 'no',
    why: `host ${hosts[other]} is told ${answers[other] || 'nothing'} for ${hostname}, not ${wanted}`,
  };
}

const ask = async (host: string, name: string, world: World): Promise<string> =>
  ((await toldOn(host, [name], world))[0]?.addresses ?? []).join(', ');

/** What a host is told for a name, sorted. */
export interface Told {
  hostname: string;
  addresses: string[];
}

/** What a host is told for each name; what is no address is left out. */
export async function toldOn(host: string, hostnames: readonly string[], world: World): Promise<Told[]> {
  const names = hostnames.join(' ');
  const limits = { timeoutMs: timeoutMs + hostnames.length * LOOK_UP_MS, maxOutputBytes };
  const { stdout } = await world.ssh.script(targetOn(world, host), SCRIPT, { names }, limits);
  const parts = stdout.split(/^name (.*)$/m).slice(1);
  return hostnames.map((hostname) => {
    const at = parts.indexOf(hostname);
    const lines = (parts[at + 1] ?? '').split('\n').filter((line) => at >= 0 && /^[0-9A-Fa-f:.]{2,45}$/.test(line));
    return { hostname, addresses: [...new Set(lines.map(canonicalAddress))].sort() };
  });
}
