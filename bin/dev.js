#!/usr/bin/env node
// mesh from its sources, without a build: Node strips the types. For work on mesh; not shipped to users.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runMesh } from '../src/command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pjson = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
pjson.oclif.commands = { strategy: 'pattern', target: './src/commands', globPatterns: ['**/*.ts', '!**/_*.ts'] };

await runMesh(process.argv.slice(2), { root, pjson, ignoreManifest: true });
