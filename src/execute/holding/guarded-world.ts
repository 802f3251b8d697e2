import { isMeshError } from '../../errors/index.ts';
import type { KubePort, SshPort } from '../../ports/contracts.ts';
import type { World } from '../handler.ts';
import type { Holding } from './holding.ts';

/**
 * The world of a run that is held: whatever changes something asks first whether it still is. A holder that was frozen in
 * the middle of a step and wakes stops here; what it had sent already is refused by its target.
 */
export function guardedWorld(world: World, holding: Holding): World {
  const ports = new Map<string, KubePort>();
  return {
    ...world,
    ssh: guardedSsh(world.ssh, holding),
    kube: (cluster) => {
      const port = ports.get(cluster) ?? guardedKube(world.kube(cluster), holding);
      ports.set(cluster, port);
      return port;
    },
  };
}

function guardedKube(kube: KubePort, holding: Holding): KubePort {
  const held = async <T>(write: () => Promise<T>): Promise<T> => {
    await holding.assertHeld();
    return await write();
  };
  return {
    cluster: kube.cluster,
    get: (ref) => kube.get(ref),
    list: (query) => kube.list(query),
    apply: (object, options) => held(() => kube.apply(object, options)),
    replace: (object, options) => held(() => kube.replace(object, options)),
    create: (object, options) => held(() => kube.create(object, options)),
    remove: (object, options) => held(() => kube.remove(object, options)),
    token: (request) => held(() => kube.token(request)),
    exec: (pod, argv, options) => kube.exec(pod, argv, options),
    identity: () => kube.identity(),
    date: () => kube.date(),
  };
}

/** A script as root may change something, one without does not. */
function guardedSsh(ssh: SshPort, holding: Holding): SshPort {
  return {
    script: async (target, script, variables, options) => {
      if (options.root === true) await holding.assertHeld();
      return await ssh.script(target, script, variables, options);
    },
    upload: async (target, file, options) => {
      await holding.assertHeld();
      await ssh.upload(target, file, options);
    },
    freshLogin: (target, options) => ssh.freshLogin(target, options),
    close: () => ssh.close(),
  };
}

/** Whether an error says that this process is not the holder any more: nothing is wrong but that. */
export const isShutOut = (error: unknown): boolean =>
  ['MW1612', 'MW1613', 'MW1615', 'MW1421'].some((code) => isMeshError(error, code as 'MW1612'));
