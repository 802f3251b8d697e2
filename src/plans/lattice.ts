import { isUnitRef, type EstateService, type MigrationPath } from '../estate/schema.ts';
import type { Workload } from '../inventory/schema.ts';
import { deferralsOf, joining } from './deferrals.ts';
import { choosePath, type ChosenPath } from './paths.ts';
import { refusals } from './refusals.ts';
import { besideRefused } from './refusals-host.ts';
import { EstateView } from './view.ts';

/** Where what serves a name stands. */
export type Position = Workload['position'];

/** One move over the lattice: from a position to another. `join and replatform` is both in one stage. */
export interface LatticeMove {
  move: 'join' | 'replatform' | 'join and replatform';
  from: Position;
  to: Position;
}

/** What stands against a path or a move, by its code. */
export interface Against {
  code: string;
  why: string;
}

/** A path that a service could take: the positions it goes through, and what stands against it today. */
export interface PathOption {
  path: MigrationPath;
  moves: LatticeMove[];
  /** Nothing stands against it. Moves behind it (STRICT, the end of the unit) may still wait. */
  possible: boolean;
  against: Against[];
}

/** A move that a service could make next, and whether it may. */
export interface MoveOption extends LatticeMove {
  legal: boolean;
  against: Against[];
}

/** One service on the lattice of platform and mesh. */
export interface ServiceLattice {
  service: string;
  position: Position;
  /** From where it stands now. */
  moves: MoveOption[];
  paths: PathOption[];
  chosen: ChosenPath;
}

export const PATHS: readonly MigrationPath[] = ['mesh-first', 'platform-first', 'direct', 'stay'];

const at = (platform: Position['platform'], mesh: Position['mesh']): Position => ({ platform, mesh });
const isAt = (one: Position, other: Position): boolean => one.platform === other.platform && one.mesh === other.mesh;

const JOIN_VM: LatticeMove = { move: 'join', from: at('vm', 'off'), to: at('vm', 'on') };
const JOIN_PODS: LatticeMove = { move: 'join', from: at('kubernetes', 'off'), to: at('kubernetes', 'on') };
const SHIFT: LatticeMove = { move: 'replatform', from: at('vm', 'on'), to: at('kubernetes', 'on') };
const SWITCH: LatticeMove = { move: 'replatform', from: at('vm', 'off'), to: at('kubernetes', 'off') };
const BOTH: LatticeMove = { move: 'join and replatform', from: at('vm', 'off'), to: at('kubernetes', 'on') };

const VM_MOVES: Readonly<Record<MigrationPath, readonly LatticeMove[]>> = {
  'mesh-first': [JOIN_VM, SHIFT],
  'platform-first': [SWITCH, JOIN_PODS],
  direct: [BOTH],
  stay: [JOIN_VM],
};

/** The estate with every service on one path, but for those in Kubernetes, which have one path only. */
export function estateOn(view: EstateView, path: MigrationPath): EstateView {
  const services = view.estate.services.map((service) => (isUnitRef(service.workload) ? withPath(service, path) : service));
  return new EstateView({ ...view.estate, services }, view.inventory);
}

/** A service on a path; an end of its unit that the path cannot have is not asked for there. */
export function withPath(service: EstateService, path: MigrationPath): EstateService {
  const { retire, ...rest } = service;
  return { ...rest, path, ...(retire && path === 'mesh-first' && { retire }) };
}

/**
 * Every service of an estate on the lattice: where it stands, what it may do, and which paths are open to it. A path is judged with
 * all units of the estate on it: services of one host share its proxy, so none of them can be judged alone.
 */
export function latticeOf(view: EstateView): ServiceLattice[] {
  const against = new Map(PATHS.map((path) => [path, againstPath(estateOn(view, path), path)]));
  return view.estate.services.map((service): ServiceLattice => {
    const of = (path: MigrationPath): Against[] => against.get(path)?.get(service.name) ?? [];
    const options = PATHS.map((path): PathOption => ({
      path,
      moves: movesOn(service, path),
      possible: of(path).length === 0,
      against: of(path),
    }));
    const position = positionOf(view, service);
    return { service: service.name, position, moves: nextMoves(position, options), paths: options, chosen: choosePath(service) };
  });
}

function movesOn({ workload }: EstateService, path: MigrationPath): LatticeMove[] {
  if (isUnitRef(workload)) return [...VM_MOVES[path]];
  return path === 'stay' ? [JOIN_PODS] : [];
}

/** What stands against one path, by service: what refuses it, and what makes its change of platform wait. */
function againstPath(view: EstateView, path: MigrationPath): Map<string, Against[]> {
  const { services } = view.estate;
  const own = new Map(services.map((service) => [service.name, refusals(view, withPath(service, path))]));
  const refused = new Set([...own].flatMap(([name, found]) => (found.some(({ level }) => level === 'error') ? [name] : [])));
  const joins = joining(view, services);
  return new Map(
    services.map((service) => {
      const errors = [...(own.get(service.name) ?? []), ...besideRefused(view, service, refused)];
      const waiting = deferralsOf(view, service, joins).filter(({ move }) => move === 'replatform');
      const refusing = errors.filter(({ level }) => level === 'error').map(({ code, message }) => ({ code, why: message }));
      // What waits is of interest where nothing forbids the move altogether.
      return [service.name, distinct(refusing.length > 0 ? refusing : waiting.map(({ code, why }) => ({ code, why })))];
    }),
  );
}

const distinct = (all: readonly Against[]): Against[] => [
  ...new Map(all.map((one) => [JSON.stringify([one.code, one.why]), one])).values(),
];

/** The unit, or the pods that serve today; the twin once DNS has led everybody to it is beyond what an inventory tells. */
function positionOf(view: EstateView, { name, workload }: EstateService): Position {
  const primary = view.workloads(name).find(({ role }) => role === 'primary');
  return primary?.position ?? at(isUnitRef(workload) ? 'vm' : 'kubernetes', 'off');
}

/** The moves that begin where a service stands: each by the path that makes it, and judged by what that path adds. */
function nextMoves(position: Position, options: readonly PathOption[]): MoveOption[] {
  const stay = options.find(({ path }) => path === 'stay')?.against ?? [];
  const found = options.flatMap(({ path, moves, against }) =>
    moves
      .filter(({ from }) => isAt(from, position))
      .map((move): MoveOption => {
        // On mesh-first the join is that of `stay`: what stands against the shift does not stand against the join.
        const own = move === JOIN_VM ? stay : path === 'mesh-first' ? beyond(against, stay) : against;
        return { ...move, legal: own.length === 0, against: own };
      }),
  );
  return [...new Map(found.map((one) => [`${one.move} ${one.to.platform} ${one.to.mesh}`, one])).values()];
}

const beyond = (all: readonly Against[], known: readonly Against[]): Against[] =>
  all.filter(({ code, why }) => !known.some((one) => one.code === code && one.why === why));
