import { posix } from 'node:path';
import { meshError } from '../../../errors/index.ts';
import { artifactPath, isArtifactName } from '../../../plans/host-paths.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler, World } from '../../handler.ts';
import { ARTIFACT_STATE_SCRIPT, HOME_SCRIPT } from './scripts/files.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost, targetOn } from './session.ts';

type Install = OperationOf<'host.install'>;
/** The proxy's user runs them, and may not change them. */
const MODE = '0755';

/** The estate's copy of what the plan names; another digest there means another artifact than was reviewed. */
function artifactOf({ artifact, sha256 }: Install, { estate }: World): { localPath: string; remotePath: string } {
  const known = isArtifactName(artifact) ? estate.provider.artifacts?.[artifact] : undefined;
  if (!isArtifactName(artifact) || known?.sha256 !== sha256) {
    throw meshError('MW1420', { artifact, planned: sha256, found: known?.sha256 ?? 'none' });
  }
  return { localPath: known.path, remotePath: artifactPath(artifact, sha256) };
}

async function readState(
  operation: Install,
  { world }: OperationContext,
): Promise<Awaited<ReturnType<typeof runOnHost>>> {
  const { remotePath } = artifactOf(operation, world);
  return await runOnHost(world, {
    host: operation.host,
    action: 'looking at an artifact',
    script: ARTIFACT_STATE_SCRIPT,
    variables: { path: remotePath },
  });
}

export const hostInstall: OperationHandler<'host.install'> = {
  async probe(operation, context) {
    const facts = await readState(operation, context);
    const found = facts.last('found');
    if (found === '') return foreignTo(context, facts) ?? { state: 'not-done' };
    return (
      foreignTo(context, facts) ?? {
        state: found === `${operation.sha256} ${Number.parseInt(MODE, 8).toString(8)} 0` ? 'done' : 'partial',
      }
    );
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { localPath, remotePath } = artifactOf(operation, context.world);
    const { host, sha256, artifact, version } = operation;
    const { stamp } = context;
    await changeHost(context, {
      host,
      action: 'making our directory',
      script: HOME_SCRIPT,
      variables: { directory: posix.dirname(remotePath) },
    });
    await context.world.ssh.upload(
      targetOn(context.world, host),
      { localPath, remotePath, sha256, mode: MODE, owner: { run: stamp.run, token: stamp.token } },
      { timeoutMs: context.timeoutMs, root: true },
    );
    return [`${artifact} ${version} at ${remotePath}`];
  },

  async preview(operation, context) {
    const facts = await readState(operation, context);
    const { artifact, version, sha256, host } = operation;
    const there = facts.last('found').startsWith(sha256);
    return {
      target: `host ${host}`,
      change: there ? 'none' : 'create',
      diff: `${artifact} ${version} (sha256 ${sha256})`,
    };
  },
};
