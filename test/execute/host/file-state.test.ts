import { describe, expect, it } from 'vitest';
import { isAsWanted, pathStates, wantedOf } from '../../../src/execute/operations/host/file-state.ts';
import { HostFacts } from '../../../src/execute/operations/host/host-facts.ts';
import type { World } from '../../../src/execute/handler.ts';
import type { HostFile } from '../../../src/plans/operation.ts';

const file = (content: HostFile['content']): HostFile => ({
  path: '/var/lib/meshway/proxy/x',
  mode: '0600',
  owner: 1337,
  content,
});
const token = file({
  token: { cluster: 'c', namespace: 'n', serviceAccount: 's', audience: 'a', expirationSeconds: 3600 },
});
const state = (line: string): ReturnType<typeof pathStates>[number] =>
  pathStates(new HostFacts(`file 0 ${line}`), 1)[0] as never;
/** SHA-256 of `text`. */
const DIGEST = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1';

function worldWith(data: Record<string, string> | null): World {
  return { kube: () => ({ get: async () => await Promise.resolve(data && { data }) }) } as unknown as World;
}

describe('files on a host', () => {
  it.each([
    ['as wanted', `file ${DIGEST} 600 1337 10 4`, true],
    ['of another mode', `file ${DIGEST} 644 1337 10 4`, false],
    ['of another owner', `file ${DIGEST} 600 0 10 4`, false],
    ['with other text', `file ${'0'.repeat(64)} 600 1337 10 4`, false],
    ['a link', 'link - 600 1337 10 4', false],
    ['absent', 'none', false],
  ])('one that is %s', (_, line, expected) => {
    expect(isAsWanted(file({ text: 'text\n' }), { kind: 'text', text: 'text\n' }, state(line))).toBe(expected);
  });

  it.each([
    ['young', 1799, 900, true],
    ['past half of its life', 1800, 900, false],
    ['empty', 1, 0, false],
  ])('a token that is %s', (_, age, size, expected) => {
    expect(isAsWanted(token, { kind: 'token', lifetimeSeconds: 3600 }, state(`file x 600 1337 ${age} ${size}`))).toBe(
      expected,
    );
  });

  it('asks for no token to compare with', async () => {
    expect(await wantedOf(token, worldWith(null))).toEqual({ kind: 'token', lifetimeSeconds: 3600 });
  });

  it('takes text from a ConfigMap, and says which key is missing', async () => {
    const certificate = file({ configMap: { cluster: 'c', namespace: 'n', name: 'root', key: 'root-cert.pem' } });
    expect(await wantedOf(certificate, worldWith({ 'root-cert.pem': 'PEM' }))).toEqual({ kind: 'text', text: 'PEM' });
    await expect(wantedOf(certificate, worldWith({}))).rejects.toMatchObject({ code: 'MW1430' });
    await expect(wantedOf(certificate, worldWith(null))).rejects.toMatchObject({ code: 'MW1430' });
  });
});
