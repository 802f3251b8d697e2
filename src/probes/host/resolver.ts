import type { Resolver } from '../../inventory/host-surroundings-schema.ts';
import { plainAddress } from './addresses.ts';
import type { Sections } from './sections.ts';

const ADDRESS = /^[0-9a-f.:]{2,45}$/;
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})$/;
const MAX_ENTRIES = 1000;

/** The resolver chain of a host: its hosts file, where it looks in which order, and whom a stub of it asks. */
export function readResolver(sections: Sections): Resolver {
  const wordsOf = (section: string, ...keys: string[]): string[] =>
    sections.lines(section).flatMap((line) => {
      const [key = '', ...words] = line.split('#')[0]?.trim().split(/\s+/) ?? [];
      return keys.includes(key)
        ? words.map((word) => word.slice(0, 253)).filter((word) => /^[\x21-\x7e]+$/.test(word))
        : [];
    });
  return {
    hostsFile: readHostsFile(sections),
    order: wordsOf('nsswitch', 'hosts:').slice(0, 32),
    // The last line of its kind counts (resolv.conf(5)); more than one is a mistake that is shown as it is.
    search: wordsOf('resolv', 'search', 'domain').slice(0, 32),
    options: wordsOf('resolv', 'options').slice(0, 32),
    upstreams: wordsOf('upstream', 'nameserver')
      .map((address) => address.toLowerCase())
      .filter((address) => ADDRESS.test(address))
      .slice(0, 50),
  };
}

/** Without what every host has: its loopback names. */
function readHostsFile(sections: Sections): Resolver['hostsFile'] {
  return sections
    .lines('hosts')
    .flatMap((line) => {
      const [text = '', ...names] = line.split('#')[0]?.trim().split(/\s+/) ?? [];
      const address = plainAddress(text);
      const known = names.filter((name) => NAME.test(name) && !/^(localhost|ip6-)/.test(name)).slice(0, 64);
      return ADDRESS.test(address) && known.length > 0
        ? [{ address, names: known.map((name) => name.toLowerCase()) }]
        : [];
    })
    .slice(0, MAX_ENTRIES);
}
