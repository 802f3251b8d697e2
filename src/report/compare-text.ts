import type { Comparison, Figures, PathColumn, ServiceRow } from '../plans/compare/compare.ts';
import type { ServiceLattice } from '../plans/lattice.ts';
import { oneLine } from './plan-lines.ts';
import { style } from './style.ts';
import { renderTable } from './table.ts';

/** The paths of an estate side by side, then each service on each path, then what cannot be and why. */
export function renderComparison(comparison: Comparison): string {
  const { estate, columns, services, lattice } = comparison;
  return [
    style.bold(`Paths of estate ${estate}, each taken by as many of its VM services as can`),
    '',
    ...renderTable(
      ['', ...columns.map(({ path }) => (path === 'chosen' ? 'as the estate says' : path))],
      rowsOf(columns),
    ),
    '',
    style.bold('Service by service'),
    '',
    ...renderTable(
      ['SERVICE', 'PATH', 'STAGES', 'AT LEAST', 'RESTARTS', 'CUTS', 'BY HAND', 'EXPOSURE', 'RUNS TWICE', 'LEFT'],
      services.map(serviceRow),
    ),
    ...renderAgainst(services),
    '',
    style.bold('Where each stands, and the moves open to it'),
    '',
    ...renderTable(['SERVICE', 'PLATFORM', 'MESH', 'MAY', 'MAY NOT'], lattice.map(latticeRow)),
    '',
    ...renderBasis(comparison),
  ].join('\n');
}

type Cell = (column: PathColumn) => string;

const rows: readonly (readonly [name: string, cell: Cell])[] = [
  ['services on it', ({ on, path }) => (path === 'chosen' ? '' : names(on))],
  ['take their own path', ({ instead }) => names(instead.map(({ service, takes }) => `${service} (${takes})`))],
  ['refused', ({ refused }) => names(refused)],
  ['stages, steps', ({ figures: { stages, steps } }) => `${stages}, ${steps}`],
  ['takes at least', ({ figures }) => duration(figures.seconds)],
  ['waves', ({ waves }) => String(waves)],
  ['steps that restart', ({ figures }) => String(figures.restarts)],
  ['declared cuts', ({ figures }) => String(figures.cuts)],
  ['edits by hand', ({ figures }) => String(figures.manual)],
  ['steps on hosts', ({ figures }) => String(figures.onHosts)],
  ['exposure, request-hours', ({ figures }) => String(figures.exposure)],
  ['pods beside their VM', ({ figures }) => String(figures.capacity.pods)],
  ['  CPU they ask for', ({ figures }) => cpu(figures.capacity.cpuMillis)],
  ['  memory they ask for', ({ figures }) => memory(figures.capacity.memoryBytes)],
  ['units that run on', ({ figures }) => String(figures.capacity.unitsLeft)],
  ['points of no return', ({ figures }) => String(figures.noReturn)],
  ['moves left for later', ({ figures }) => String(figures.deferred)],
  ['applyable', ({ applyable }) => (applyable ? 'yes' : 'no')],
];

function rowsOf(columns: readonly PathColumn[]): string[][] {
  const groups = [...new Set(columns.flatMap(({ figures }) => Object.keys(figures.objects)))].sort();
  return [
    ...rows.map(([name, cell]) => [name, ...columns.map(cell)]),
    ...groups.map((group) => [
      `objects of ${group}`,
      ...columns.map(({ figures }) => String(figures.objects[group] ?? 0)),
    ]),
  ];
}

function serviceRow({ service, path, isChosen, figures, against }: ServiceRow): string[] {
  const name = isChosen ? `${path} *` : path;
  if (!figures) return [service, name, codes(against)];
  const { stages, seconds, restarts, cuts, manual, exposure, capacity, deferred } = figures;
  const counts = [stages, duration(seconds), restarts, cuts, manual, exposure, podsOf(capacity), deferred];
  return [service, name, ...counts.map(String)];
}

const podsOf = ({ pods }: Figures['capacity']): string => (pods === 0 ? '-' : `${pods} ${pods === 1 ? 'pod' : 'pods'}`);

const codes = (against: ServiceRow['against']): string => {
  const found = [...new Set(against.map(({ code }) => code))].join(', ');
  return found === '' ? 'not possible: what shares its host cannot' : `not possible: ${found}`;
};

function latticeRow({ service, position, moves }: ServiceLattice): string[] {
  const list = (legal: boolean): string => {
    const found = moves
      .filter((one) => one.legal === legal)
      .map(({ move, to }) => `${move} (${to.platform}, ${to.mesh})`);
    return found.join('; ') || '-';
  };
  return [service, position.platform, position.mesh, list(true), list(false)];
}

/** Each reason once, with the paths that it stands against. */
function renderAgainst(services: readonly ServiceRow[]): string[] {
  const reasons = services.flatMap(({ path, against }) =>
    against.map(({ code, why }) => ({ path, text: `${code} ${why}` })),
  );
  const byText = [...Map.groupBy(reasons, ({ text }) => text)];
  if (byText.length === 0) return [];
  const lines = byText.map(
    ([text, all]) => `  ${[...new Set(all.map(({ path }) => path))].join(', ')}: ${oneLine(text)}`,
  );
  return ['', style.bold('What stands against them'), '', ...lines];
}

function renderBasis({ hoursPerWave, rates: { stated, assumed } }: Comparison): string[] {
  return [
    style.dim('* the path that the estate says, or that is taken where it says nothing'),
    style.dim(
      'At least: predicted, with its steps and what gates watch for; people and retries come on top. A stage that moves several services counts for each.',
    ),
    style.dim(
      `Exposure: calls with one side in the mesh and one outside, at ${hoursPerWave} hours a wave; of ${stated + assumed} calls the estate says the rate of ${stated}.`,
    ),
  ];
}

const names = (all: readonly string[]): string => (all.length === 0 ? '-' : all.join(' '));

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const parts = [
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    hours === 0 && rest > 0 ? `${rest} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' ') || '0 s';
}

const cpu = (millis: number | null): string => (millis === null ? 'not known' : `${millis}m`);
const memory = (bytes: number | null): string => (bytes === null ? 'not known' : `${Math.round(bytes / 2 ** 20)}Mi`);
