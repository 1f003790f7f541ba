// The outside of a ComfyUI installation, for tests of its supervision: a folder with a main.py and a Python that runs it, which
// starts, refuses to, hangs or dies on request. It serves /system_stats, and /object_info from a file.
import { existsSync } from 'node:fs'
import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface TinyMode {
  /** Printed on standard error before anything else. */
  readonly says?: string
  /** Ends at once. */
  readonly exitCode?: number
  /** Does not listen until the file `go` is in the folder. */
  readonly waits?: boolean
  /** Answers like another program. */
  readonly stranger?: boolean
  /** Ignores the signal to stop. */
  readonly stubborn?: boolean
  /** Starts a process of its own, which would stay. */
  readonly hasChild?: boolean
}

export interface TinyStart {
  readonly pid: number
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly childPid: number | null
}

export interface TinyComfyui {
  readonly folder: string
  /** Applies from the next start on. */
  setMode(mode: TinyMode): Promise<void>
  /** Lets a waiting process listen; returns when it does. */
  letGo(): Promise<void>
  /** Every start that got as far as running, in this order. */
  starts(): Promise<readonly TinyStart[]>
}

export async function installTinyComfyui(folder: string): Promise<TinyComfyui> {
  const bin = join(folder, 'venv', 'bin')
  await mkdir(bin, { recursive: true })
  await writeFile(join(folder, 'main.py'), PROGRAM)
  await writeFile(join(folder, 'mode.json'), '{}')
  await writeFile(join(bin, 'python'), PYTHON)
  await chmod(join(bin, 'python'), 0o755)
  const starts = join(folder, 'starts.jsonl')
  return {
    folder,
    setMode: (mode) => writeFile(join(folder, 'mode.json'), JSON.stringify(mode)),
    async letGo() {
      await appendFile(join(folder, 'go'), '')
      while (!existsSync(join(folder, 'listening')))
        await new Promise((next) => setTimeout(next, 2))
    },
    async starts() {
      const text = await readFile(starts, 'utf8').catch(() => '')
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.map((line) => JSON.parse(line) as TinyStart)
    },
  }
}

/** Runs a program that Node understands; asked for packages with -c, it prints packages.json. */
const PYTHON = `#!/bin/sh
if [ "$1" = -c ]; then exec cat packages.json; fi
exec '${process.execPath}' "$@"
`

/** Run by Node in spite of its name. */
const PROGRAM = `
const fs = require('node:fs'), http = require('node:http'), { spawn } = require('node:child_process')
if (process.argv.includes('--help')) {
  console.log('usage: main.py [-h] [--listen [IP]] [--port PORT] [--disable-auto-launch] [--preview-method ...]')
  console.log('  --input-directory DIR  --output-directory DIR  --temp-directory DIR  --user-directory DIR')
  console.log('  --disable-metadata  --disable-api-nodes  --max-upload-size MB  --reserve-vram GB')
  process.exit(0)
}
const mode = JSON.parse(fs.readFileSync('mode.json', 'utf8'))
const args = process.argv.slice(2)
const port = Number(args[args.lastIndexOf('--port') + 1])
if (mode.stubborn) process.on('SIGTERM', () => {})
const child = mode.hasChild ? spawn('sleep', ['600'], { stdio: 'ignore' }) : null
fs.appendFileSync('starts.jsonl', JSON.stringify({
  pid: process.pid, args, environment: process.env, childPid: child ? child.pid : null }) + '\\n')
console.log('Total VRAM 24576 MB, total RAM 65536 MB')
if (mode.says) console.error(mode.says)
if (mode.exitCode !== undefined) process.exit(mode.exitCode)
const stats = JSON.stringify({ system: { comfyui_version: '0.28.0', argv: process.argv.slice(1) }, devices: [] })
const server = http.createServer((request, response) => {
  if (mode.stranger) return response.setHeader('content-type', 'text/html').end('<html>It works</html>')
  if (request.url === '/system_stats') return response.setHeader('content-type', 'application/json').end(stats)
  const name = (request.url.match(/^\\/object_info\\/(.+)$/) || [])[1]
  if (name !== undefined && fs.existsSync('object_info.json')) {
    const classes = JSON.parse(fs.readFileSync('object_info.json', 'utf8'))
    return response.setHeader('content-type', 'application/json').end(
      JSON.stringify(name in classes ? { [name]: classes[name] } : {}))
  }
  response.statusCode = 404
  response.end()
})
const listen = () => server.listen(port, '127.0.0.1', () => fs.writeFileSync('listening', ''))
const look = () => (fs.existsSync('go') ? listen() : setTimeout(look, 2))
if (mode.waits) look()
else listen()
`
