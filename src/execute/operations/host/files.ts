import type { HostFile, OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler } from '../../handler.ts';
import { isAsWanted, pathStates, wantedOf, type PathState, type Wanted } from './file-state.ts';
import type { HostFacts } from './host-facts.ts';
import { FILES_STATE_SCRIPT, WRITE_FILES_SCRIPT } from './scripts/files.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost } from './session.ts';

type Files = OperationOf<'host.files'>;

interface Entry {
  file: HostFile;
  wanted: Wanted;
  state: PathState;
  asWanted: boolean;
}
interface Survey {
  facts: HostFacts;
  entries: Entry[];
}

async function survey({ host, files }: Files, { world }: OperationContext): Promise<Survey> {
  const variables = Object.fromEntries([
    ['count', String(files.length)],
    ...files.map(({ path }, index) => [`path_${index}`, path]),
  ]) as Record<string, string>;
  const facts = await runOnHost(world, { host, action: 'looking at files', script: FILES_STATE_SCRIPT, variables });
  const states = pathStates(facts, files.length);
  const entries: Survey['entries'] = [];
  for (const [index, file] of files.entries()) {
    const wanted = await wantedOf(file, world);
    const state = states[index] as PathState;
    entries.push({ file, wanted, state, asWanted: isAsWanted(file, wanted, state) });
  }
  return { facts, entries };
}

/** The content to write. A token is asked for here, and is in no other place of this program. */
async function contentOf(file: HostFile, wanted: Wanted, { world }: OperationContext): Promise<string> {
  if (wanted.kind === 'text') return wanted.text;
  if (wanted.kind === 'directory' || !('token' in file.content)) return '';
  const { cluster, ...request } = file.content.token;
  return await world.kube(cluster).token(request);
}

async function write(host: string, entries: readonly Entry[], context: OperationContext): Promise<HostFacts> {
  const variables: Record<string, string> = { count: String(entries.length) };
  for (const [index, { file, wanted }] of entries.entries()) {
    variables[`path_${index}`] = file.path;
    variables[`mode_${index}`] = file.mode;
    variables[`owner_${index}`] = String(file.owner);
    variables[`kind_${index}`] = wanted.kind === 'directory' ? 'directory' : 'file';
    variables[`content_${index}`] = await contentOf(file, wanted, context);
  }
  return await changeHost(context, { host, action: 'writing files', script: WRITE_FILES_SCRIPT, variables });
}

/** As `apply`, but a token is always a new one: how old the present one is says nothing of what it is good for. */
export async function writeAnew(operation: Files, context: OperationContext): Promise<string[]> {
  const { entries } = await survey(operation, context);
  const due = entries.filter(({ asWanted, wanted }) => !asWanted || wanted.kind === 'token');
  return (await write(operation.host, due, context)).all('written');
}

function describe({ path, mode, owner, content }: HostFile): string {
  const line = `${path} ${mode} ${owner}:${owner}`;
  if ('text' in content)
    return [
      `+++ ${line}`,
      ...content.text
        .trimEnd()
        .split('\n')
        .map((text) => `+${text}`),
    ].join('\n');
  if ('configMap' in content)
    return `+++ ${line}\n+(ConfigMap ${content.configMap.namespace}/${content.configMap.name}, ${content.configMap.key})`;
  if ('token' in content)
    return `+++ ${line}\n+(a token of ServiceAccount ${content.token.namespace}/${content.token.serviceAccount})`;
  return `+++ ${line} (directory)`;
}

export const hostFiles: OperationHandler<'host.files'> = {
  async probe(operation, context) {
    const { facts, entries } = await survey(operation, context);
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    const there = entries.find(({ state }) => state.kind !== 'none');
    if (facts.last('owner') === '' && there)
      return { state: 'foreign', who: `${there.file.path}, with no mark of meshway` };
    if (entries.every(({ asWanted }) => asWanted)) return { state: 'done' };
    return { state: there ? 'partial' : 'not-done' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { entries } = await survey(operation, context);
    const missing = entries.filter(({ asWanted }) => !asWanted);
    const facts = await write(operation.host, missing, context);
    return [`${facts.all('written').length} written, ${entries.length - missing.length} as they should be`];
  },

  async preview(operation, context) {
    const { entries } = await survey(operation, context);
    const missing = entries.filter(({ asWanted }) => !asWanted);
    const change =
      missing.length === 0 ? 'none' : missing.every(({ state }) => state.kind === 'none') ? 'create' : 'update';
    return { target: `host ${operation.host}`, change, diff: missing.map(({ file }) => describe(file)).join('\n') };
  },
};
