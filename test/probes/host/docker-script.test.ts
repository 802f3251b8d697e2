import { spawnSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONTAINERS_AWK } from '../../../src/probes/host/docker-awk.ts';
import { readContainers } from '../../../src/probes/host/containers.ts';
import { answers, enginesOfTests, runSection } from './engine.ts';

const engine = enginesOfTests();

const tools = ['curl', 'docker', 'python3', 'socat'];
const isHere = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

test('the programs fit between the single quotes of the script', () => {
  expect(CONTAINERS_AWK).not.toContain("'");
});

describe('real answers of an engine', () => {
  test('are understood', async () => {
    const { socket } = await engine();
    const { output, sections } = await runSection(socket);
    await expect(output).toMatchFileSnapshot(join(import.meta.dirname, 'captured/docker-20.10.txt'));
    await expect(`${JSON.stringify(readContainers(sections), null, 2)}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, 'golden/docker-20.10.json'),
    );
  });

  test('keep their secrets, and are asked for with GET alone', async () => {
    const { socket, asked } = await engine();
    const { output } = await runSection(socket);
    for (const secret of ['hunter', 's3cret']) {
      expect(JSON.stringify(answers)).toContain(secret);
      expect(output).not.toContain(secret);
    }
    expect(output).not.toMatch(/[^\n\t -~]/);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((one) => !one.startsWith('GET '))).toEqual([]);
  });

  // The docker command begins with HEAD /_ping, which reads as well.
  test.each(tools.map((tool) => [tool, isHere(tool)] as const))('are the same by %s (here: %s)', async (tool, here) => {
    if (!here) return expect(tools.filter(isHere)).toContain('curl');
    const { socket } = await engine();
    const { sections } = await runSection(socket);
    const other = await runSection(socket, { without: tools.filter((one) => one !== tool) });
    expect(other.sections.lines('engine')).toEqual([`docker read ${tool}`]);
    expect(other.sections.lines('container')).toEqual(sections.lines('container'));
  });
});

describe('an engine that', () => {
  test('does not run is not asked, since that would start it', async () => {
    const { socket, asked } = await engine();
    const { output } = await runSection(socket, { program: 'no-such-engine' });
    expect([output, asked]).toEqual(['engine\tdocker idle\n', []]);
  });

  test('nothing can ask is said', async () => {
    const { socket } = await engine();
    const { sections } = await runSection(socket, { without: [...tools, 'nc'] });
    expect(readContainers(sections).containers?.engines).toEqual([
      { name: 'docker', state: 'unread', reason: expect.stringContaining('the host has no curl') },
    ]);
    const unbounded = await runSection(socket, { without: ['curl', 'timeout'] });
    expect(unbounded.output).toBe('engine\tdocker unread tool\n');
  });

  test('never answers costs some seconds, and the round goes on', async () => {
    const { socket } = await engine(() => true);
    const { output, ms } = await runSection(socket);
    expect(output).toBe('engine\tdocker unread silent\n');
    expect(ms).toBeLessThan(9_000);
  }, 20_000);

  test('answers something else is said', async () => {
    const { socket } = await engine((_, response) => void response.writeHead(500).end('OK') === undefined);
    expect((await runSection(socket)).output).toBe('engine\tdocker unread answer\n');
  });

  test('sends 50 MB for a container loses that one', async () => {
    const large = Buffer.alloc(50 * 1024 * 1024, 'x');
    const { socket } = await engine((path, response) => isFor('nasty', path) && sendLarge(response, large));
    const { sections } = await runSection(socket);
    const { engines: read, list = [] } = readContainers(sections).containers ?? {};
    expect(read).toEqual([{ name: 'docker', state: 'read', reason: 'an answer of it was too long and is cut off' }]);
    expect(list.map(({ name }) => name)).toEqual(['cache', 'done', 'metrics', 'never', 'plain', 'side', 'web']);
  }, 30_000);

  test('sends a list of 50 MB', async () => {
    const large = Buffer.from(`[${'{"Id":"'.repeat(7 * 1024 * 1024)}`);
    const { socket } = await engine(
      (path, response) => path.startsWith('/containers/json') && sendLarge(response, large),
    );
    const { output } = await runSection(socket);
    expect(output).toBe('engine\tdocker read curl\n');
  }, 60_000);

  test('has more containers than are looked at', async () => {
    const ids = Array.from({ length: 503 }, (_, index) => index.toString(16).padStart(4, '0').padEnd(64, '0'));
    const { socket } = await engine((path, response) => {
      if (path.startsWith('/containers/json')) response.end(JSON.stringify(ids.map((Id) => ({ Id }))));
      else if (path.startsWith('/containers/')) response.end(JSON.stringify({ Id: path.split('/')[2], Name: '/x' }));
      return path.startsWith('/containers/');
    });
    const { containers } = readContainers((await runSection(socket)).sections);
    expect(containers?.engines[0]?.reason).toMatch(/^\d+ of its containers were not looked at/);
    expect(containers?.list.length).toBeLessThanOrEqual(500);
    const left = Number(/^\d+/.exec(containers?.engines[0]?.reason ?? '')?.[0]);
    expect((containers?.list.length ?? 0) + left).toBe(503);
  }, 60_000);
});

function isFor(name: string, path: string): boolean {
  const known = answers[path] as { Name?: string } | undefined;
  return known?.Name === `/${name}`;
}

function sendLarge(response: ServerResponse, body: Buffer): boolean {
  // It may be cut off by the other side, as it should.
  response.on('error', () => undefined);
  response.end(Buffer.concat([Buffer.from('{"Id":"x","Config":{"Env":["A=http://'), body]));
  return true;
}
