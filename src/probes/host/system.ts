import type { HostFacts } from '../../inventory/schema.ts';
import { plainAddress, shortAddress } from './addresses.ts';
import type { Sections } from './sections.ts';
import type { Listening } from './sockets.ts';
import type { Processes } from './processes.ts';

const ADDRESS = /^[0-9a-f.:]{2,45}$/;

/** Printable text of one line, capped; `unknown` when there is none. */
export function shortFact(text: string): string {
  return (
    text
      .replaceAll(/[^\x20-\x7e]/g, '?')
      .trim()
      .slice(0, 200) || 'unknown'
  );
}

export function readOs(sections: Sections): HostFacts['os'] {
  const field = (name: string): string =>
    shortFact(
      (sections.lines('os').find((line) => line.startsWith(`${name}=`)) ?? '')
        .slice(name.length + 1)
        .replaceAll(/^["']|["']$/g, ''),
    );
  return {
    id: field('ID'),
    version: field('VERSION_ID'),
    kernel: shortFact(sections.fact('kernel')),
    libc: shortFact(sections.fact('libc')),
  };
}

/** Global addresses of the host: loopback and link-local ones name no host to others. */
export function readAddresses(sections: Sections): string[] {
  const found = sections.lines('address').flatMap((line) => {
    const address = shortAddress(plainAddress(/\sinet6? ([0-9a-fA-F.:]+)/.exec(line)?.[1] ?? ''));
    return ADDRESS.test(address) && !/^(127\.|::1$|fe80:)/.test(address) ? [address] : [];
  });
  return [...new Set(found)];
}

export function readNameservers(sections: Sections): string[] {
  return sections.lines('resolv').flatMap((line) => {
    const [key, text = ''] = line.split(/\s+/);
    const address = text.toLowerCase();
    return key === 'nameserver' && ADDRESS.test(address) ? [address] : [];
  });
}

/** Every name that was asked for, with its addresses; a name nobody could ask for is absent. */
export function readNames(sections: Sections, asked: readonly string[]): HostFacts['names'] {
  const answers = new Map<string, string[]>();
  for (const line of sections.lines('name')) {
    const [name = '', address = ''] = line.split(' ');
    if (!asked.includes(name)) continue;
    const known = answers.get(name) ?? [];
    const plain = plainAddress(address);
    answers.set(name, ADDRESS.test(plain) && !known.includes(plain) && known.length < 64 ? [...known, plain] : known);
  }
  return Object.fromEntries([...answers].map(([name, addresses]) => [name, addresses.toSorted()]));
}

/** Where sshd really listens: its sockets, its socket unit, and its own word. */
export function readSshdPorts(sections: Sections, listening: readonly Listening[], processes: Processes): number[] {
  const isSshd = ({ pid, process }: Listening): boolean =>
    (process ?? processes.nameOf(pid)) === 'sshd' || /^sshd?\.(service|socket)$/.test(processes.unitOf(pid) ?? '');
  const fromSockets = listening
    .filter((listener) => listener.protocol === 'tcp' && isSshd(listener))
    .map(({ port }) => port);
  const fromUnit = activeSocketLines(sections.lines('sshsocket')).flatMap((line) =>
    [...line.matchAll(/:(\d{1,5}) \(Stream\)/g)].map(([, port]) => Number(port)),
  );
  const fromConfig = sections
    .lines('sshd')
    .flatMap((line) => /^port (\d{1,5})$/.exec(line)?.[1] ?? [])
    .map(Number);
  return [...new Set([...fromSockets, ...fromUnit, ...fromConfig])]
    .filter((port) => port > 0 && port < 65_536)
    .toSorted((a, b) => a - b);
}

function activeSocketLines(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .split('\n\n')
    .filter((block) => /^ActiveState=active$/m.test(block));
}

export function readFirewall(sections: Sections): HostFacts['firewall'] {
  const iptablesPath = sections.fact('iptables');
  if (!/^\/[\w./+-]{1,200}$/.test(iptablesPath))
    return { backend: 'none', iptablesPath: '', foreignNatRules: foreignRules(sections) };
  const backend = sections.fact('iptablesVersion').includes('nf_tables') ? 'iptables-nft' : 'iptables-legacy';
  return { backend, iptablesPath, foreignNatRules: foreignRules(sections) };
}

const OURS = /(^-A| -[jg]) MESHWAY_/;

function foreignRules(sections: Sections): number {
  return sections.lines('nat').filter((line) => !OURS.test(line)).length;
}

/** Meshway's capture is confirmed, and its rules are really there. */
export function readMeshed(sections: Sections): boolean {
  return (
    sections.fact('capture').trim() === 'confirmed' &&
    sections.lines('nat').some((line) => / -[jg] MESHWAY_/.test(line))
  );
}
