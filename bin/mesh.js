#!/usr/bin/env node
import { runMesh } from '../dist/command.js';

await runMesh(process.argv.slice(2), import.meta.url);
