import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { containersScript } from '../../../src/probes/host/docker-script.ts';
import { splitSections, type Sections } from '../../../src/probes/host/sections.ts';
import { root } from '../../run-mesh.ts';

/** Answers by path, as an engine of Debian 12 gave them; see test/fixtures/docker/README.md. */
export const answers = JSON.parse(readFileSync(join(root, 'test/fixtures/docker/engine-20.10.json'), 'utf8')) as Record<
  string,
  unknown
>;

/** An engine of the test's own, on a socket. */
export interface Engine {
  socket: string;
  /** What it was asked, `GET /path`. */
  asked: string[];
  close(): Promise<void>;
}

type Respond = (path: string, response: ServerResponse) => boolean;

/** Serves recorded answers, with `respond` before them: it says whether it took the request. */
export async function startEngine(respond: Respond = () => false): Promise<Engine> {
  const directory = await mkdtemp(join(tmpdir(), 'engine-'));
  const socket = join(directory, 'docker.sock');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '');
    asked.push(`${request.method ?? ''} ${path}`);
    if (!respond(path, response)) answer(request, path, response);
  });
  await new Promise<void>((done) => server.listen(socket, done));
  return { socket, asked, close: async () => await stop(server, directory) };
}

/** Starts engines that end with the test that started them; for the top of a test file. */
export function enginesOfTests(): typeof startEngine {
  const started: Engine[] = [];
  afterEach(async () => {
    for (const engine of started.splice(0)) await engine.close();
  });
  return async (...given) => {
    const engine = await startEngine(...given);
    started.push(engine);
    return engine;
  };
}

async function stop(server: Server, directory: string): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(directory, { recursive: true });
}

function answer(_request: IncomingMessage, path: string, response: ServerResponse): void {
  response.setHeader('Api-Version', '1.41');
  if (path === '/_ping') return void response.end('OK');
  if (path === '/version')
    return void json(response, { ApiVersion: '1.41', MinAPIVersion: '1.12', Version: '20.10.24' });
  const known = answers[path] ?? (path.startsWith('/containers/json') ? listFor(path) : undefined);
  response.statusCode = known === undefined ? 404 : 200;
  json(response, known ?? { message: 'no such container' });
}

function listFor(path: string): unknown {
  return answers[path.includes('all=1') ? '/containers/json?all=1' : '/containers/json'];
}

function json(response: ServerResponse, data: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  // As Go writes it.
  response.end(JSON.stringify(data).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e'));
}

export interface Ran {
  output: string;
  sections: Sections;
  ms: number;
}

/**
 * Runs the section of the script as a host would. The program that has to run is the shell itself.
 *
 * @param options `without`: tools that the host does not have; `program`: another one that has to run
 */
export async function runSection(
  socket: string,
  { without = [], program = 'sh' }: { without?: readonly string[]; program?: string } = {},
): Promise<Ran> {
  const hidden = without.map((tool) => `"$1" = ${tool}`).join(' ] || [ ');
  const script = [
    'set -f',
    'LC_ALL=C; export LC_ALL',
    `has() { ${hidden === '' ? '' : `if [ ${hidden} ]; then return 1; fi; `}command -v "$1" >/dev/null 2>&1; }`,
    String.raw`emit() { head -n 20001 | sed "s/^/$1\t/"; }`,
    containersScript([{ engine: 'docker', socket, program }]),
  ].join('\n');
  const began = performance.now();
  const child = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(script);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const output = Buffer.concat(chunks).toString();
  return { output, sections: splitSections(output), ms: performance.now() - began };
}
