import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { versions } from '../settings.ts';
import { buildGo, downloadModule } from './go-program.ts';
import type { Part } from './part.ts';

const module = 'sigs.k8s.io/kwok';

/** kwok, which plays nodes and pods that run nothing, and how it plays them. Only the benchmark of discovery uses it. */
export const kwok: Part = {
  name: 'kwok',
  version: versions.kwok,
  async build(dir) {
    const { Dir } = await downloadModule(module, versions.kwok);
    for (const stage of ['node/fast/node-initialize.yaml', 'pod/fast/pod-ready.yaml'])
      await cp(join(Dir, 'kustomize/stage', stage), join(dir, 'stages', stage));
    await run('chmod', ['-R', 'u+w', join(dir, 'stages')]);
    await buildGo(dir, {
      goMod: `module meshway.lab/kwok\n\ngo 1.26.0\n\nrequire ${module} ${versions.kwok}\n`,
      packages: [`${module}/cmd/kwok`],
    });
  },
};
