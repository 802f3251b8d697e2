import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { versions } from '../settings.ts';
import { downloadModule } from './go-program.ts';
import type { Part } from './part.ts';

/** The Gateway API's custom resource definitions, from its Go module. */
export const gatewayCrds: Part = {
  name: 'gateway-crds',
  version: versions.gatewayApi,
  async build(dir) {
    const { Dir } = await downloadModule('sigs.k8s.io/gateway-api', versions.gatewayApi);
    await cp(join(Dir, 'config/crd/standard'), join(dir, 'standard'), { recursive: true });
    await run('chmod', ['-R', 'u+w', dir]);
  },
};
