import { run, succeeds } from './exec.ts';
import { net } from './settings.ts';

const own = 'MWLAB-FORWARD';
const foreignChains = /^(KUBE-|CNI-|MWLAB-)/;
const programs = ['iptables-nft', 'ip6tables-nft', 'iptables-legacy', 'ip6tables-legacy'] as const;

/** Lets the lab's bridges talk to each other and to nothing else. */
export async function confineTraffic(): Promise<void> {
  const bridges = [net.bridge, net.podBridge];
  const inside = bridges.flatMap((from) => bridges.map((to) => `-A ${own} -i ${from} -o ${to} -j RETURN`));
  const outside = bridges.flatMap((bridge) => [`-A ${own} -i ${bridge} -j REJECT`, `-A ${own} -o ${bridge} -j REJECT`]);
  const input = ['*filter', `:${own} - [0:0]`, ...inside, ...outside, 'COMMIT', ''].join('\n');
  await run('iptables-restore', ['--noflush'], { input });
  if (!(await succeeds('iptables', ['-C', 'FORWARD', '-j', own]))) await run('iptables', ['-I', 'FORWARD', '-j', own]);
}

/** Whether the lab's bridges are confined. */
export function isConfined(): Promise<boolean> {
  return succeeds('iptables', ['-C', 'FORWARD', '-j', own]);
}

/** Rules and chains that the lab, kube-proxy, kubelet or a CNI plugin left. */
export async function ownRules(): Promise<string[]> {
  const found = await Promise.all(
    programs.map(async (program) => (await saved(program)).map(({ line }) => `${program}: ${line}`)),
  );
  return found.flat();
}

interface SavedLine {
  readonly table: string;
  readonly line: string;
}

/** Lines of our own chains, and lines of other chains that lead into them. */
async function saved(program: string): Promise<SavedLine[]> {
  const { stdout, ok } = await run(`${program}-save`, [], { tolerant: true });
  if (!ok) return [];
  let table = '';
  const lines: SavedLine[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const names = /^:(\S+)/.exec(line)?.slice(1) ?? /^-A (\S+)(?:.* -[jg] (\S+))?/.exec(line)?.slice(1) ?? [];
    if (names.some((name) => name !== undefined && foreignChains.test(name))) lines.push({ table, line });
  }
  return lines;
}

/** Removes those rules and chains, and the tables that this leaves empty. */
export async function removeOwnRules(): Promise<void> {
  for (const program of programs) {
    const lines = await saved(program);
    const input = [...new Set(lines.map(({ table }) => table))].map((table) => removal(table, lines)).join('');
    if (input !== '') await run(`${program}-restore`, ['--noflush'], { input });
  }
  await removeEmptyNftTables();
}

function removal(table: string, lines: readonly SavedLine[]): string {
  const mine = lines.filter((each) => each.table === table).map(({ line }) => line);
  const chains = mine.flatMap((line) => /^:(\S+)/.exec(line)?.slice(1) ?? []);
  const jumps = mine.filter((line) => line.startsWith('-A ') && !foreignChains.test(line.slice(3)));
  return [
    `*${table}`,
    ...chains.map((chain) => `-F ${chain}`),
    ...jumps.map((line) => `-D${line.slice(2)}`),
    ...chains.map((chain) => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n');
}

interface NftObject {
  readonly table?: { family: string; name: string };
  readonly rule?: { family: string; table: string };
  readonly chain?: { family: string; table: string; policy?: string; type?: string };
}

/** The tables that iptables-nft makes, when nothing is in them any more. */
export async function emptyNftTables(): Promise<string[][]> {
  const { stdout } = await run('nft', ['-j', 'list', 'ruleset'], { tolerant: true });
  const objects = (JSON.parse(stdout === '' ? '{}' : stdout) as { nftables?: NftObject[] }).nftables ?? [];
  const busy = objects.flatMap(({ rule, chain }) => [
    rule,
    chain?.type === undefined || chain.policy === 'drop' ? chain : undefined,
  ]);
  const tables = objects.flatMap(({ table }) => (table === undefined || !/^ip6?$/.test(table.family) ? [] : [table]));
  const idle = tables.filter(
    ({ family, name }) => !busy.some((each) => each?.family === family && each.table === name),
  );
  return idle
    .filter(({ name }) => ['filter', 'nat', 'mangle', 'raw'].includes(name))
    .map(({ family, name }) => [family, name]);
}

async function removeEmptyNftTables(): Promise<void> {
  for (const table of await emptyNftTables()) await run('nft', ['delete', 'table', ...table]);
}
