import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostFacts, MeshFacts } from '../../src/inventory/schema.ts';
import { operationSchema } from '../../src/plans/operation.ts';
import { hostBundle, type HostBundle } from '../../src/providers/istio/host-bundle.ts';
import { artifactPath, CAPTURE_UNIT, KEEPER_UNIT } from '../../src/plans/host-paths.ts';
import type { HostMember } from '../../src/providers/provider.ts';

const artifact = (digit: string): { path: string; version: string; sha256: string } => ({
  path: '/x',
  version: '1',
  sha256: digit.repeat(64),
});
const MEMBER: HostMember = {
  group: 'catalog',
  shared: false,
  services: ['catalog'],
  namespace: 'shop',
  host: 'vm-a',
  units: ['catalog.service', 'report.service'],
  address: '10.0.0.11',
  ports: [{ port: 8080, protocol: 'http' }],
  holdsTcp: false,
  capture: {
    proxyUid: 1337,
    inboundPorts: [8080],
    excludeInboundPorts: [22],
    excludeOutboundPorts: [],
    inboundProxyPort: 15006,
    outboundProxyPort: 15001,
  },
  deadmanSeconds: 60,
  drainSeconds: 120,
  artifacts: { pilotAgent: artifact('a'), envoy: artifact('b'), bootstrap: artifact('c') },
  cluster: 'lab',
};
const FACTS = { name: 'vm-a', address: '10.0.0.11', hostname: 'vm-a' } as HostFacts;
const MESH: MeshFacts = {
  provider: 'istio',
  version: '1.31',
  revision: 'default',
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  meshId: 'cluster.local',
  clusterId: 'Kubernetes',
  network: '',
  discovery: { service: 'istiod', address: '10.96.0.15', port: 15012 },
  defaultConfig: {
    discoveryAddress: 'istiod.istio-system.svc:15012',
    drainDuration: '45s',
    proxyMetadata: { ISTIO_META_DNS_CAPTURE: 'true', EXTRA: 'it has "quotes" and $signs' },
  },
  registryOnly: false,
  injectedNamespaces: [],
};

function printed({ files }: HostBundle): string {
  const content = (file: HostBundle['files'][number]): string =>
    'text' in file.content ? file.content.text : `${JSON.stringify(file.content)}\n`;
  return files.map((file) => `=== ${file.path} ${file.mode} ${file.owner}\n${content(file)}`).join('\n');
}

describe('what a host needs to join Istio', () => {
  it('is this, to the byte', async () => {
    await expect(printed(hostBundle(MEMBER, FACTS, MESH))).toMatchFileSnapshot('../golden/host/bundle.txt');
  });

  it('is what the operation accepts: nothing but our own paths and units', () => {
    const { files, units, paths } = hostBundle(MEMBER, FACTS, MESH);
    expect(operationSchema.safeParse({ op: 'host.files', host: 'vm-a', files }).error).toBeUndefined();
    expect(operationSchema.safeParse({ op: 'host.remove', host: 'vm-a', units, paths }).error).toBeUndefined();
  });

  it('holds no secret: the token and the certificate are references, for their user alone', () => {
    const secret = hostBundle(MEMBER, FACTS, MESH).files.filter(
      ({ content }) => 'token' in content || 'configMap' in content,
    );
    expect(secret.map(({ mode, owner }) => [mode, owner])).toEqual([
      ['0600', 1337],
      ['0600', 1337],
    ]);
  });

  it('has the units that serve and call start after the capture and end before it, and needs none of them', () => {
    const unit = hostBundle(MEMBER, FACTS, MESH).files.find(({ path }) => path.endsWith(CAPTURE_UNIT));
    const text = (unit?.content as { text: string }).text;
    expect(text).toContain('\nBefore=catalog.service\nBefore=report.service\n');
    expect(text.match(/^(Requires|Wants|BindsTo|PartOf|RequiredBy)=.*/gm)).toEqual([`Wants=${KEEPER_UNIT}`]);
  });

  it('tells how many requests were handed to a port, whatever Istio calls its cluster', async () => {
    const control = hostBundle(MEMBER, FACTS, MESH).files.find(({ path }) => path.endsWith('/control'));
    const directory = await mkdtemp(join(tmpdir(), 'control-'));
    const agent = join(directory, 'agent');
    const stats = ['inbound|8080||', 'inbound|8080||;', 'inbound|80||', 'outbound|8080||x'].map(
      (name, at) => `cluster.${name}.upstream_rq_total: ${(at + 1) * 10}\n`,
    );
    await writeFile(
      agent,
      `#!/bin/sh\n[ "$4 $5" = 'GET stats?filter=upstream_rq_total' ] || exit 1\nprintf '%s' '${stats.join('')}'\n`,
    );
    await chmod(agent, 0o755);
    const script = (control?.content as { text: string }).text.replaceAll(
      artifactPath('pilotAgent', 'a'.repeat(64)),
      agent,
    );
    const ask = (port: string) => spawnSync('/bin/sh', ['-s', 'requests', port], { input: script, encoding: 'utf8' });
    expect([ask('8080').stdout, ask('80').stdout, ask('9').stdout]).toEqual(['10\n20\n', '30\n', '']);
    await rm(directory, { recursive: true });
    expect(ask('8080').status).toBe(1);
  });

  it('leaves name resolution as it was, whatever the mesh says', () => {
    expect(printed(hostBundle(MEMBER, FACTS, MESH))).toContain('ISTIO_META_DNS_CAPTURE=false');
  });
});

describe('paths on a host', () => {
  it.each([
    '/etc/passwd',
    '/var/lib/meshway/../x',
    '/var/lib/meshway',
    '/var/lib/meshway/./x',
    '/etc/systemd/system/ssh.service',
    '/etc/systemd/system/meshway-a.service/../x',
  ])('%s is refused', (path) => {
    const file = { path, mode: '0644', owner: 0, content: { text: '' } };
    expect(operationSchema.safeParse({ op: 'host.files', host: 'h', files: [file] }).success).toBe(false);
  });
});
