import type { HostFacts } from '../../inventory/schema.ts';
import { readFirewallOwners } from './firewall-owners.ts';
import type { Processes } from './processes.ts';
import { readResolver } from './resolver.ts';
import type { Sections } from './sections.ts';
import type { Listening } from './sockets.ts';
import { readClock, readHardware, readManagement, readUnseen } from './surroundings.ts';
import { readSshdPorts } from './system.ts';
import { readTimers } from './timers.ts';
import { translationsOf, type Tracked } from './tracked.ts';
import { readUnits } from './units.ts';

/** What of the answer is understood already. */
export interface Read {
  listening: readonly Listening[];
  processes: Processes;
  tracked: readonly Tracked[];
  units: readonly string[];
}

/** What only the present script prints: nothing is said for answers of an earlier one, which has no such line. */
export function readBeside(sections: Sections, { listening, processes, tracked, units }: Read): Partial<HostFacts> {
  if (sections.lines('uptime').length === 0) return {};
  const unseen = readUnseen(sections);
  const isHidden = (what: (typeof unseen)[number]['what']): boolean => unseen.some((one) => one.what === what);
  const [clock, hardware, firewallOwners] = [
    readClock(sections, readUnits(sections, units)),
    readHardware(sections),
    readFirewallOwners(sections),
  ];
  return {
    unseen,
    resolver: readResolver(sections),
    management: readManagement(listening, processes, readSshdPorts(sections, listening, processes)),
    ...(isHidden('units') ? {} : { timers: readTimers(sections, bootedAt(sections)) }),
    // Elsewhere nothing has a unit.
    ...(sections.fact('init') === 'systemd' ? { unowned: processes.unowned } : {}),
    ...(isHidden('connection-tracking') ? {} : { translations: translationsOf(tracked) }),
    ...(clock === undefined ? {} : { clock }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(firewallOwners === undefined ? {} : { firewallOwners }),
  };
}

/** By the host's own clock, in milliseconds since the epoch. */
function bootedAt(sections: Sections): number | undefined {
  const begin = milliseconds(sections.fact('begin'));
  const up = milliseconds(sections.lines('uptime')[0]?.split(' ')[0] ?? '');
  return begin === undefined || up === undefined ? undefined : begin - up;
}

/** Seconds since some time, as a host writes them, in milliseconds; undefined for anything else. */
export function milliseconds(text: string): number | undefined {
  return /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) * 1000 : undefined;
}
