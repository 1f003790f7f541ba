// Starts a program of this package on a Node that can run it: plain old JavaScript for any Node >= 18. The programs need
// Node >= 24, so where this Node is older the launcher starts itself again on the one that `npm ci` installed, and imports
// nothing before it has.
import { spawn } from 'node:child_process'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { findShippedNode, isNewEnough } from './shipped-node.js'

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
  const shipped = findShippedNode()
  if (shipped === null) {
    console.error(
      `infinitetalk needs Node 24 or newer, this is ${process.versions.node}, and no Node came with the ` +
        `installation for ${process.platform}-${process.arch}. Run "npm ci" (without --omit=optional) or install Node 24.`,
    )
    process.exit(1)
  }
  const child = spawn(shipped.path, process.argv.slice(1), { stdio: 'inherit' })
  child.on('error', (error) => {
    console.error(`infinitetalk could not start ${shipped.path}: ${error.message}`)
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
