import { homedir } from 'node:os';
import { join } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import { hostNamed, sshTargetOf } from '../../estate/ssh-target.ts';
import type { SshTarget } from '../../ports/contracts.ts';
import { knownHostKeys, scanHostKeys, trustHostKeys, type HostKey } from '../../ports/host-keys.ts';
import { askYesNo } from '../_ask.ts';
import { estateFlag } from '../_flags.ts';
import { loadEstate } from '../_inputs.ts';

interface TrustResult {
  host: string;
  knownHostsFile: string;
  /** What was put on record now; nothing when all of it was there already. */
  trusted: HostKey[];
}

export default class Trust extends MeshCommand<TrustResult> {
  static override summary = 'Put the key of a host on record, after its fingerprint was compared.';
  static override description =
    'Fetches the keys that the host shows, prints their fingerprints, and asks. No other command trusts a new key, and none replaces one that is on record.';
  static override examples = [
    { description: 'Show the fingerprints and ask', command: '<%= config.bin %> <%= command.id %> vm-a' },
    {
      description: 'Trust the key with a fingerprint that its owner gave',
      command: '<%= config.bin %> <%= command.id %> vm-a --fingerprint SHA256:…',
    },
  ];
  static override args = { host: Args.string({ description: 'A host of the estate.', required: true }) };
  static override flags = {
    estate: estateFlag,
    fingerprint: Flags.string({
      description: 'Trust the key with this fingerprint, and no other.',
      exclusive: ['yes'],
    }),
    yes: Flags.boolean({
      char: 'y',
      description: 'Trust what the host shows without asking: only where nobody can be in between.',
    }),
  };

  async run(): Promise<TrustResult> {
    const { args, flags } = await this.parse(Trust);
    const { estate } = await loadEstate(flags.estate);
    const target = sshTargetOf(estate, hostNamed(estate, args.host));
    const knownHostsFile = target.knownHostsFile ?? join(homedir(), '.ssh', 'known_hosts');
    const fresh = await newKeys(target, knownHostsFile);
    if (fresh.length === 0) {
      this.print(`The keys of ${target.name} are on record already.`);
      return { host: target.name, knownHostsFile, trusted: [] };
    }
    const trusted = await this.#choose(target, fresh, flags);
    await trustHostKeys(target, trusted, knownHostsFile);
    this.print(`${trusted.length} key(s) of ${target.name} put on record in ${knownHostsFile}.`);
    return { host: target.name, knownHostsFile, trusted };
  }

  async #choose(
    target: SshTarget,
    keys: HostKey[],
    flags: { fingerprint?: string | undefined; yes: boolean },
  ): Promise<HostKey[]> {
    this.note(
      [
        `Host ${target.name} (${target.address}, port ${target.port}) shows:`,
        ...keys.map(({ type, fingerprint }) => `  ${fingerprint}  ${type}`),
      ].join('\n'),
    );
    if (flags.fingerprint !== undefined) return withFingerprint(target, keys, flags.fingerprint);
    const isTrusted =
      flags.yes ||
      (await askYesNo({ message: `Are these the keys of ${target.name}?`, flag: '--fingerprint SHA256:…' }));
    if (!isTrusted) throw meshError('MW1101', { host: target.name, address: target.address });
    return keys;
  }
}

/** Keys that are not on record. Where some are and the host shows none of them, it is another host. */
async function newKeys(target: SshTarget, knownHostsFile: string): Promise<HostKey[]> {
  const shown = await scanHostKeys(target);
  const known = new Map((await knownHostKeys(target, knownHostsFile)).map(({ type, key }) => [type, key]));
  const isChanged =
    shown.some(({ type, key }) => known.has(type) && known.get(type) !== key) ||
    (known.size > 0 && !shown.some(({ type }) => known.has(type)));
  if (isChanged) throw meshError('MW1102', { host: target.name, address: target.address });
  return shown.filter(({ type }) => !known.has(type));
}

function withFingerprint(target: SshTarget, keys: readonly HostKey[], wanted: string): HostKey[] {
  const found = keys.filter(({ fingerprint }) => fingerprint === wanted.replace(/=+$/, ''));
  if (found.length === 0)
    throw meshError('MW1121', {
      host: target.name,
      fingerprint: wanted,
      shown: keys.map(({ fingerprint }) => fingerprint).join(', '),
    });
  return found;
}
