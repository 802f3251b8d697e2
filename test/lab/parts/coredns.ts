import { versions } from '../settings.ts';
import { buildGo } from './go-program.ts';
import type { Part } from './part.ts';

/** The name server of the lab, from its Go module. */
export const coredns: Part = {
  name: 'coredns',
  version: versions.coredns,
  build: (dir) =>
    buildGo(dir, {
      goMod: `module meshway.lab/coredns\n\ngo 1.24.0\n\nrequire github.com/coredns/coredns ${versions.coredns}\n`,
      packages: ['github.com/coredns/coredns'],
    }),
};
