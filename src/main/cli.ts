// The entry of the program: gives the command line its process (streams, signals, environment) and exits with its exit code.
// bin/infinitetalk.js imports it once the right Node runs.

import { listenForInterrupts } from '../cli/interrupts.ts'
import { runCli } from '../cli/run-cli.ts'
import { composeServices } from './compose.ts'

const nowMs = (): number => performance.now()
const interrupts = listenForInterrupts(process, nowMs)
// A reader may close the pipe (`infinitetalk ... | head`): that is no crash.
process.stdout.on('error', ignoreClosedPipe)
process.stderr.on('error', ignoreClosedPipe)

process.exitCode = await runCli({
  words: process.argv.slice(2),
  streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  services: composeServices({
    env: process.env,
    currentFolder: process.cwd(),
    nowMs,
  }),
  signal: interrupts.signal,
})
interrupts.dispose()
// An unread pipe on standard input would keep the process alive.
process.stdin.destroy()

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
