#!/usr/bin/env node
import { runMesh } from '../dist/main.js'

await runMesh(process.argv.slice(2), import.meta.url)
