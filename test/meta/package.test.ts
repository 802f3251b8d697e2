import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../run-mesh.ts';

interface Package {
  engines: { node: string };
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pack = JSON.parse(read('package.json')) as Package;

describe('the package', () => {
  it('has the scripts that people and CI call', () => {
    const expected = [
      'build',
      'typecheck',
      'lint',
      'test',
      'test:unit',
      'test:lab',
      'test:crash',
      'demo',
      'lab',
      'docs',
    ];
    expect(Object.keys(pack.scripts)).toEqual(expect.arrayContaining(expected));
  });

  it('names no registry: the lock file has versions and digests only', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"');
    expect(read('.npmrc')).not.toMatch(/^\s*(@\S+:)?registry\s*=/m);
  });

  it('names no machine: tracked files carry no absolute path of a checkout', () => {
    const { status, stdout } = spawnSync('git', ['grep', '-lIF', root], { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  it('runs on the floor of its packages', () => {
    const floors = Object.keys(pack.dependencies).map((name) => {
      const found = JSON.parse(read(join('node_modules', name, 'package.json'))) as Partial<Package>;
      return found.engines?.node ?? '';
    });
    expect(floors.filter((floor) => floor.includes('>=24') && !floor.includes('^22'))).toEqual([]);
    expect(pack.engines.node).toBe('>=22.22.2');
  });
});
