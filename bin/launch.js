// Starts a program of this package. The programs need Node >= 24; this file is plain JavaScript for Node >= 18. On an older Node
// the launcher starts itself again on the Node that `npm ci` installed, before it imports the program.
import { spawn } from 'node:child_process'
import nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { findShippedNode, isNewEnough } from './shipped-node.js'

// Node keeps compiled code here, which halves the start time. The folder is beside the modules, so only those who can change the
// modules can put code into it. Without write access Node keeps no compiled code.
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/infinitetalk', import.meta.url))

/** The exit code of a program that SIGTERM ended, as shells report it. */
const TERMINATED_EXIT_CODE = 143
/** Names the open file through which a program that was restarted on the shipped Node sees its launcher. */
const LAUNCHER_LINE = 'INFINITETALK_LAUNCHER_LINE'

/** @param {string} entry the program's file in src/main */
export async function launch(entry) {
  if (!isNewEnough) return restartOnShippedNode()
  await stopWithLauncher()
  // Our child processes read it from the environment.
  process.env.NODE_COMPILE_CACHE ??= COMPILED
  nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(new URL(`../src/main/${entry}`, import.meta.url).href)
}

/** A launcher that was killed cannot pass the signal on: the line to it closes, and this process stops as for SIGTERM. */
async function stopWithLauncher() {
  const file = process.env[LAUNCHER_LINE]
  // Processes of ours have no such file.
  delete process.env[LAUNCHER_LINE]
  if (file === undefined) return
  const { Socket } = await import('node:net')
  const line = new Socket({ fd: Number(file), readable: true, writable: false })
  line.on('error', () => {})
  line.on('close', () => {
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(TERMINATED_EXIT_CODE)
  })
  line.resume()
  // It keeps no program running that has nothing else to do.
  line.unref()
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
  // The fourth is the line by which the child notices that this process is gone, however it ended.
  const child = spawn(shipped.path, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, [LAUNCHER_LINE]: '3' },
  })
  child.stdio[3]?.on('error', () => {})
  child.on('error', (error) => {
    console.error(`infinitetalk could not start ${shipped.path}: ${error.message}`)
    process.exit(1)
  })
  // A terminal sends Ctrl-C to the whole process group, so the child already has it; the launcher passes other signals on.
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
