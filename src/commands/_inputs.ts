import { isMeshError, type MeshError, meshError } from '../errors/index.ts';
import { estateDigest } from '../estate/digest.ts';
import { refuseNewer } from '../estate/format-version.ts';
import { openEstate, type OpenedEstate } from '../estate/load-estate.ts';
import type { Estate } from '../estate/schema.ts';
import { inventoryDigest } from '../inventory/digest.ts';
import { type Inventory, inventorySchema } from '../inventory/schema.ts';
import type { Digest, MigrationPlan } from '../plans/plan.ts';
import { readPlan, readUnsealed } from '../plans/read.ts';
import { isThere, readTextFile } from '../ports/files.ts';
import { sha256Digest } from '../ports/hash.ts';

const ESTATE_LIMIT = 4 * 1024 * 1024;
const INVENTORY_LIMIT = 256 * 1024 * 1024;
const PLAN_LIMIT = 64 * 1024 * 1024;

export interface LoadedEstate {
  estate: Estate;
  digest: Digest;
  file: string;
  /** What its host lists left out on purpose. */
  warnings: OpenedEstate['warnings'];
}

export async function loadEstate(file: string): Promise<LoadedEstate> {
  const { estate, warnings } = await openEstate(file, ESTATE_LIMIT);
  return { estate, digest: digestOf(file, () => estateDigest(estate, sha256Digest)), file, warnings };
}

/** The estate of a file that need not be there; what is there must be an estate. */
export async function loadEstateIfThere(file: string): Promise<LoadedEstate | undefined> {
  return (await isThere(file)) ? await loadEstate(file) : undefined;
}

/**
 * @param look sees the document, and the fields of it that the schema does not know, before it is judged
 * @throws MW1304 when it is no inventory, MW1376 when a newer version wrote it
 */
export async function readInventory(
  file: string,
  look: (file: string, document: unknown, unknownFields: readonly string[]) => void = () => undefined,
): Promise<Inventory> {
  const text = await readTextFile(file, INVENTORY_LIMIT).catch((error: unknown) => {
    throw isMeshError(error, 'MW1010') ? meshError('MW1304', { file, reason: reasonOf(error) }) : error;
  });
  const document = parseJson(text, file);
  const parsed = inventorySchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const unknownFields = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [],
  );
  look(file, document, unknownFields);
  refuseNewer(document, file, 'Inventory');
  const issue = parsed.error.issues[0];
  throw meshError('MW1304', { file, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
}

/** @throws MW1304 when it is no inventory, MW1305 when it is of another estate */
export async function loadInventory(
  file: string,
  loaded: LoadedEstate | undefined,
): Promise<{ inventory: Inventory; digest: Digest }> {
  const inventory = await readInventory(file);
  if (loaded !== undefined && inventory.estate.name !== loaded.estate.name)
    throw meshError('MW1305', { file, inventoryEstate: inventory.estate.name, estate: loaded.estate.name });
  return { inventory, digest: digestOf(file, () => inventoryDigest(inventory, sha256Digest)) };
}

/** Where a text has no digest, its file is named too. @throws MW1070 */
function digestOf(file: string, take: () => Digest): Digest {
  try {
    return take();
  } catch (error) {
    throw isMeshError(error, 'MW1070') ? meshError('MW1070', { place: `${file}, ${placeIn(error)}` }) : error;
  }
}

const placeIn = ({ args }: MeshError): string => String(args['place'] ?? 'a text');

const reasonOf = ({ args }: MeshError): string => String(args['reason'] ?? 'it cannot be read');

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw meshError('MW1304', { file, reason: error instanceof Error ? error.message : String(error) });
  }
}

export async function loadPlan(file: string): Promise<MigrationPlan> {
  return readPlan(await readPlanText(file), file, sha256Digest);
}

/** A plan whose seal is part of what is looked at. */
export async function loadUnsealedPlan(file: string): Promise<MigrationPlan> {
  return readUnsealed(await readPlanText(file), file, sha256Digest);
}

async function readPlanText(file: string): Promise<string> {
  return await readTextFile(file, PLAN_LIMIT).catch((error: unknown) => {
    throw isMeshError(error, 'MW1010') ? meshError('MW1303', { file, reason: reasonOf(error) }) : error;
  });
}

/** The plan and the estate belong together, and nothing the plan rests on was edited since. @throws MW1302, MW1312 */
export function matchEstate(plan: MigrationPlan, planFile: string, loaded: LoadedEstate): void {
  const { digest, file } = loaded;
  matchEstateName(plan, planFile, loaded);
  if (plan.inputs.estate !== digest)
    throw meshError('MW1312', { subject: file, difference: 'it was changed after the plan was made' });
}

/** The way back needs no more than the right estate. @throws MW1302 */
export function matchEstateName(plan: MigrationPlan, planFile: string, { estate }: LoadedEstate): void {
  if (plan.estate !== estate.name)
    throw meshError('MW1302', { file: planFile, planEstate: plan.estate, estate: estate.name });
}
