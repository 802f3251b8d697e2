import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  certificateState,
  credentialFinding,
  type HostCredentials,
  inWords,
} from '../../../src/inventory/credentials.ts';
import { parseCertificates, reachesRoot, readCredentials } from '../../../src/probes/host/certificates.ts';
import { CREDENTIALS, CREDENTIAL_PATHS } from '../../../src/probes/host/credentials-script.ts';
import { parseHost } from '../../../src/probes/host/parse.ts';
import { AFTER, CHAIN, OTHER_ROOT, ROOT, WITHIN } from '../../fakes/joined-hosts.ts';
import { shopPlan } from '../../fakes/shop.ts';

const KEY = '-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n';
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credentials-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What the host's own shell prints for a file of this content. */
function onHost(call: 'certificates_in' | 'token_expiry', content: string): string {
  const file = join(directory, 'file');
  writeFileSync(file, content);
  return run(`${call} "${file}"`);
}
const run = (call: string): string =>
  spawnSync('/bin/sh', ['-s'], { input: `${CREDENTIALS}\n${call}\n`, encoding: 'utf8' }).stdout;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (payload: unknown): string => `${encode({ alg: 'RS256' })}.${encode(payload)}.c2lnbmF0dXJl`;

describe('what leaves a host', () => {
  it('are its certificates, and nothing else that the file holds', () => {
    expect(onHost('certificates_in', `${KEY}${CHAIN}${KEY}rest\n`)).toBe(CHAIN);
    expect(onHost('certificates_in', `-----BEGIN CERTIFICATE-----\nMIIB\n${KEY}`)).not.toContain('c2VjcmV0');
    expect(onHost('certificates_in', 'root:x:0:0\n')).toBe('');
  });

  it('is when a token expires, whatever its length, and nothing else of it', () => {
    for (const pad of ['', 'a', 'ab', 'abc'])
      expect(onHost('token_expiry', `${jwt({ aud: ['istio-ca'], exp: 1_780_000_000, pad, iat: 1 })}\n`)).toBe(
        '1780000000\n',
      );
    const nested = { 'kubernetes.io': { warnafter: 7, pod: { exp: 'x' } }, sub: 'ÿ?>~ÿ', exp: 1_780_000_001 };
    expect(onHost('token_expiry', jwt(nested))).toBe('1780000001\n');
    for (const broken of ['', 'a.b.c', 'no token', jwt({ exp: 'soon' }), jwt({ exp: -5 }), 'x'.repeat(40_000)])
      expect(onHost('token_expiry', broken)).toBe('');
  });

  it('is nothing behind a link, nor of a file that is not there', () => {
    writeFileSync(join(directory, 'target'), CHAIN);
    symlinkSync(join(directory, 'target'), join(directory, 'link'));
    expect(run(`certificates_in "${directory}/link"; token_expiry "${directory}/none"`)).toBe('');
  });
});

describe('what a host says of its credentials', () => {
  it('is understood', () => {
    expect(readCredentials(CHAIN, '1780000000')).toEqual({
      certificate: { notBefore: '2026-06-01T00:00:00.000Z', notAfter: '2026-06-02T00:00:00.000Z' },
      tokenExpiresAt: '2026-05-28T20:26:40.000Z',
    });
    expect(readCredentials('', '')).toEqual({ certificate: null, tokenExpiresAt: null });
    expect(readCredentials(CHAIN.replaceAll('\n', '\r\n'), '').certificate).not.toBeNull();
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (text, at) => {
        const bent = `${CHAIN.slice(0, at % CHAIN.length)}${text}${CHAIN.slice(at % CHAIN.length)}`;
        readCredentials(bent, text);
      }),
    );
    for (let at = 0; at < CHAIN.length; at++)
      for (const letter of 'A/+9') readCredentials(`${CHAIN.slice(0, at)}${letter}${CHAIN.slice(at + 1)}`, '1');
  });

  it('is read so far and no further', () => {
    expect(parseCertificates(ROOT.repeat(20))).toHaveLength(8);
    expect(parseCertificates(`${' '.repeat(70_000)}${ROOT}`)).toEqual([]);
  });

  it('leads to its own root and to no other of the same name', () => {
    const chain = parseCertificates(CHAIN);
    expect(reachesRoot(chain, parseCertificates(ROOT))).toBe(true);
    expect(reachesRoot(chain, parseCertificates(`${OTHER_ROOT}${ROOT}`))).toBe(true);
    expect(reachesRoot(chain, parseCertificates(OTHER_ROOT))).toBe(false);
    expect(reachesRoot(chain, [])).toBe(false);
  });
});

describe('how credentials stand', () => {
  const { certificate } = readCredentials(CHAIN, '');
  const hour = 3_600_000;
  const finding = (credentials: HostCredentials, nowMs: number, clockOffsetMs = 0) =>
    credentialFinding('vm-b', credentials, { nowMs, clockOffsetMs });

  it.each([
    ['not-yet-valid', WITHIN - 2 * hour],
    ['valid', WITHIN],
    ['valid', WITHIN + 16 * hour],
    ['expiring', WITHIN + 18 * hour],
    ['expired', AFTER],
  ])('%s', (state, nowMs) => {
    expect(certificateState({ certificate, tokenExpiresAt: null }, nowMs)).toBe(state);
  });

  it('is a finding in time, with the fix', () => {
    const credentials = { certificate, tokenExpiresAt: '2026-06-01T01:30:00.000Z' };
    // An expired token beside a good certificate is how every joined host is from its second hour on.
    expect(finding(credentials, WITHIN + 2 * hour)).toBeUndefined();
    expect(finding(credentials, WITHIN + 18 * hour)).toMatchObject({ code: 'MW1122', level: 'warning' });
    expect(finding(credentials, AFTER)).toEqual({
      code: 'MW1123',
      level: 'error',
      subject: 'vm-b',
      message: 'The certificate of the proxy on host vm-b expired 1 h ago, and its token expired 23 h 30 min ago.',
    });
    expect(finding(credentials, WITHIN - 2 * hour, -90_000)).toMatchObject({
      code: 'MW1124',
      message: expect.stringContaining('becomes valid in 1 h; its clock is 90.0 s ahead of the clock of this machine'),
    });
    expect(finding({ certificate: null, tokenExpiresAt: null }, AFTER)).toMatchObject({
      code: 'MW1125',
      level: 'error',
    });
  });

  it.each([
    [0, '0 s'],
    [45_400, '45 s'],
    [3_600_000, '1 h'],
    [3_720_000, '1 h 2 min'],
    [83_520_000, '23 h 12 min'],
    [273_600_000, '3 d 4 h'],
  ])('%i ms is %s', (ms, words) => expect(inWords(ms)).toBe(words));
});

describe('discovery', () => {
  const captured = readFileSync(join(import.meta.dirname, 'captured', 'vm-b-captured.txt'), 'utf8');
  const context = {
    name: 'vm',
    address: '10.0.0.1',
    privilege: 'sudo',
    sentAtMs: 0,
    receivedAtMs: 0,
    units: [],
    names: [],
  } as const;
  const lines = CHAIN.trim()
    .split('\n')
    .map((line) => `certificate\t${line}\n`)
    .join('');
  const credentialsOf = (more: string): unknown => parseHost(`${captured}${more}`, context).facts.credentials;

  it('reads them where a proxy of ours has joined', () => {
    expect(credentialsOf(`fact\tproxy\tinstalled\n${lines}fact\ttokenExpiry\t1780000000\n`)).toEqual(
      readCredentials(CHAIN, '1780000000'),
    );
    expect(credentialsOf('')).toBeUndefined();
    expect(credentialsOf('fact\tproxy\tinstalled\n')).toEqual({ certificate: null, tokenExpiresAt: null });
    // A join that is under way has no certificate yet, and nothing depends on it.
    const joining = captured.replaceAll('fact\tcapture\tconfirmed', 'fact\tcapture\tnone');
    expect(parseHost(`${joining}fact\tproxy\tinstalled\n`, context).facts.credentials).toBeUndefined();
  });

  it('looks where the provider puts them', () => {
    const files = shopPlan()
      .stages.flatMap(({ steps }) => steps.flatMap(({ apply }) => apply))
      .flatMap((operation) => (operation.op === 'host.files' ? operation.files : []));
    expect(files.filter(({ content }) => 'token' in content).map(({ path }) => path)).toEqual([
      CREDENTIAL_PATHS.token,
      CREDENTIAL_PATHS.token,
    ]);
    const environment = files.flatMap(({ content }) =>
      'text' in content && content.text.includes('OUTPUT_CERTS') ? [content.text] : [],
    );
    expect(environment).toHaveLength(2);
    for (const text of environment) expect(text).toContain('OUTPUT_CERTS=./etc/certs\n');
  });
});
