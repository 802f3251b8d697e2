import { execFileSync } from 'node:child_process'
import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Config } from '@oclif/core'

const root = join(import.meta.dirname, '..')

/**
 * Compiles src to dist and writes the command manifest, which lets `mesh` start without loading
 * every command. The old manifest goes first: oclif would believe it.
 */
async function build(): Promise<void> {
  const startedAt = new Date()
  const manifestFile = join(root, 'oclif.manifest.json')
  rmSync(manifestFile, { force: true })
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  execFileSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  const config = await Config.load({ root, ignoreManifest: true, errorOnManifestCreate: true })
  const plugin = config.plugins.get(config.name)
  if (!plugin) throw new Error('oclif did not load the package as a plugin')
  writeFileSync(manifestFile, `${JSON.stringify(plugin.manifest, null, 2)}\n`)
  markBuilt(startedAt)
}

/** Dated at the start of the build: a source saved meanwhile makes the build stale. */
function markBuilt(startedAt: Date): void {
  writeFileSync(join(root, 'dist', '.built'), `${startedAt.toISOString()}\n`)
  utimesSync(join(root, 'dist', '.built'), startedAt, startedAt)
}

await build()
