import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageHub, versions } from '../settings.ts';
import { buildGo, downloadModule } from './go-program.ts';
import type { Part } from './part.ts';

const module = 'istio.io/istio';

/** Istio's programs and its bootstrap template, from their Go module. */
export const istio: Part = {
  name: 'istio',
  version: versions.istio,
  async build(dir) {
    const { Dir } = await downloadModule(module, versions.istioModule);
    await copyFile(join(Dir, 'tools/packaging/common/envoy_bootstrap.json'), join(dir, 'envoy_bootstrap.json'));
    await buildGo(dir, {
      goMod: `module meshway.lab/istio\n\ngo 1.26.0\n\nrequire ${module} ${versions.istioModule}\n`,
      packages: ['pilot/cmd/pilot-discovery', 'pilot/cmd/pilot-agent', 'istioctl/cmd/istioctl'].map(
        (name) => `${module}/${name}`,
      ),
      tags: ['vtprotobuf'],
      variables: {
        [`${module}/pkg/version.buildVersion`]: versions.istio,
        [`${module}/pkg/version.buildGitRevision`]: versions.istioModule.split('-').at(-1) ?? '',
        [`${module}/pkg/version.buildHub`]: imageHub,
      },
    });
  },
};
