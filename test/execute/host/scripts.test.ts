import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import * as arm from '../../../src/execute/operations/host/scripts/arm.ts';
import * as capture from '../../../src/execute/operations/host/scripts/capture.ts';
import * as files from '../../../src/execute/operations/host/scripts/files.ts';
import * as onHost from '../../../src/execute/operations/host/scripts/on-host.ts';
import * as recycle from '../../../src/execute/operations/host/scripts/recycle.ts';
import * as remove from '../../../src/execute/operations/host/scripts/remove.ts';
import * as units from '../../../src/execute/operations/host/scripts/units.ts';

const scripts = Object.entries({ ...arm, ...capture, ...files, ...onHost, ...recycle, ...remove, ...units });

describe('scripts for hosts', () => {
  it.each(scripts)('%s is one that a POSIX shell accepts', (_, script) => {
    expect(spawnSync('/bin/sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(scripts)(
    '%s never restores a whole firewall, and never looks at a legacy table that is not there',
    (_, script) => {
      const restores = script.split('\n').filter((line) => /-restore" -w/.test(line));
      expect(restores.filter((line) => !line.includes('--noflush'))).toEqual([]);
      expect(script).not.toMatch(/iptables-legacy -t|iptables-legacy-save -t/);
    },
  );
});
