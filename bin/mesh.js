#!/usr/bin/env node
import { runMesh } from '../dist/command.js';
import { keepYoungGenerationSmall } from '../dist/ports/memory.js';

const argv = process.argv.slice(2);
// Before the command is loaded: its modules alone would let that part of the heap grow to its most.
if (argv[0] === 'discover') keepYoungGenerationSmall();
await runMesh(argv, import.meta.url);
