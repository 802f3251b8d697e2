import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSources } from '../../../src/probes/files/read.ts';
import { deployment } from './sources.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meshway-sources-'));
  writeFileSync(join(directory, 'good.yaml'), deployment('good'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const at = (name: string): string => join(directory, name);
const read = async (...paths: string[]): Promise<{ found: string[]; problems: string[] }> => {
  const { sources, findings } = await readSources(paths.length === 0 ? [directory] : paths);
  return {
    found: sources.map(({ stem, kind }) => `${stem} ${kind}`),
    problems: findings.map(({ code, message }) => `${code} ${message.replaceAll(`${directory}/`, '')}`),
  };
};

describe('sources', () => {
  it('are manifests and environment files of a directory, and no others', async () => {
    mkdirSync(at('sub'));
    for (const name of ['sub/b.yml', 'c.json', 'd.env', 'README.md', '.hidden.yaml', 'sub/e.txt'])
      writeFileSync(at(name), 'a: 1');
    expect(await read()).toEqual({
      found: ['c.json manifests', 'd environment', 'good.yaml manifests', 'b.yml manifests'],
      problems: [],
    });
  });

  it('named themselves are read whatever their names are', async () => {
    writeFileSync(at('catalog'), 'A=b');
    expect(await read(at('catalog'), at('good.yaml'))).toEqual({
      found: ['catalog environment', 'good.yaml manifests'],
      problems: [],
    });
  });

  it('are read once', async () => {
    linkSync(at('good.yaml'), at('again.yaml'));
    expect((await read(directory, at('good.yaml'), directory)).found).toEqual(['again.yaml manifests']);
  });

  it('behind symbolic links in a directory are not followed', async () => {
    symlinkSync('/etc/passwd', at('link.yaml'));
    symlinkSync(directory, at('loop'));
    expect(await read()).toEqual({
      found: ['good.yaml manifests'],
      problems: [
        'MW1030 link.yaml: it is a symbolic link, and is not followed.',
        'MW1030 loop: it is a symbolic link, and is not followed.',
      ],
    });
  });

  it('that go round in a circle of links are a finding', async () => {
    symlinkSync(at('b'), at('a'));
    symlinkSync(at('a'), at('b'));
    expect((await read(at('a'), at('good.yaml'))).problems).toEqual([
      'MW1030 a: its symbolic links go round in a circle.',
    ]);
  });

  it('that are missing, pipes or devices are a finding, and nobody waits for them', async () => {
    execFileSync('mkfifo', [at('pipe.yaml')]);
    expect(await read(at('none'), at('pipe.yaml'), '/dev/zero', directory)).toEqual({
      found: ['good.yaml manifests'],
      problems: [
        'MW1030 none: it does not exist.',
        'MW1030 pipe.yaml: it is no regular file.',
        'MW1030 zero: it is no regular file.',
        'MW1030 pipe.yaml: it is no regular file.',
      ],
    });
  });

  it('of 50 MB, of other encodings and of binary are a finding each', async () => {
    writeFileSync(at('big.yaml'), '');
    truncateSync(at('big.yaml'), 50 * 1024 * 1024);
    writeFileSync(at('latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]));
    writeFileSync(at('utf16.yaml'), Buffer.from('\uFEFFa: 1', 'utf16le'));
    writeFileSync(at('zip.yaml'), Buffer.from('PK\u0003\u0004\u0000\u0000'));
    expect(await read()).toEqual({
      found: ['good.yaml manifests'],
      problems: [
        'MW1031 big.yaml is beyond the limit of 8388608 bytes; what is beyond it is left out.',
        'MW1032 latin.yaml: it is not valid UTF-8.',
        'MW1032 utf16.yaml: it is not valid UTF-8.',
        'MW1032 zip.yaml: it is binary.',
      ],
    });
  });

  it('that say they are empty and are not are read up to the limit', async () => {
    expect((await read('/proc/version')).found).toEqual(['version environment']);
  });

  it('deeper than directories go are a finding', async () => {
    mkdirSync(at('d/'.repeat(40)), { recursive: true });
    expect((await read()).problems).toEqual([expect.stringContaining('it lies more than 32 directories deep')]);
  });

  it('with hostile names are printed as what they are not', async () => {
    for (const name of ['--all.yaml', '$(reboot).yaml', 'a\u001b[31m\n.yaml', '\u202egnp.yaml'])
      writeFileSync(at(name), Buffer.from([0xff]));
    const { problems } = await read();
    expect(problems).toHaveLength(4);
    expect(problems.join('')).not.toMatch(/[\p{C}]/u);
  });
});
