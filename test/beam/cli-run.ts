// The command line against a stand-in of Beam, in this process and with the real adapters: its arguments, output and files, without
// the time that a program takes to start.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.ts'
import { composeServices } from '../../src/main/compose.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { SHIPPED_TOOLS } from '../support/shipped-tools.ts'
import { createTestFolder, type TestFolder } from '../support/test-folder.ts'
import type { BeamGateway } from './standin/beam-gateway.ts'

export const PORTRAIT = join(ROOT, 'examples/portrait.png')
export const SPEECH = join(ROOT, 'examples/speech.wav')
export const INPUTS = ['-i', PORTRAIT, '-a', SPEECH] as const

export interface BeamCli {
  readonly folder: TestFolder
  run(words: readonly string[], options?: CliOptions): Promise<CliOutcome>
  video(name?: string): Promise<Buffer>
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal
  readonly input?: Buffer
  /** Called with all of stdout so far. */
  readonly onOutput?: (text: string) => void
  /** Called with all of stderr so far. */
  readonly onProgress?: (text: string) => void
}

export interface CliOutcome {
  readonly code: number
  readonly out: string
  readonly err: string
  /** The objects of a --json run. */
  events(): readonly Record<string, unknown>[]
}

export async function createBeamCli(gateway: Pick<BeamGateway, 'env'>): Promise<BeamCli> {
  const folder = await createTestFolder()
  return {
    folder,
    video: (name = 'out.mp4') => readFile(folder.path(name)),
    async run(words, { env = {}, signal, input, onOutput, onProgress } = {}) {
      const { INFINITETALK_ENGINE: _, ...beam } = gateway.env
      const written = { out: '', err: '' }
      const stream = (to: 'out' | 'err') => ({
        columns: 80,
        write(text: string) {
          written[to] += text
          if (to === 'out') onOutput?.(written.out)
          else onProgress?.(written.err)
        },
      })
      const code = await runCli({
        words,
        streams: {
          stdin: Readable.from(input === undefined ? [] : [input]),
          stdout: stream('out'),
          stderr: stream('err'),
        },
        services: composeServices({
          env: { PATH: process.env.PATH, ...SHIPPED_TOOLS, ...beam, ...env },
          currentFolder: folder.path('.'),
          nowMs: () => performance.now(),
        }),
        signal: signal ?? new AbortController().signal,
      })
      const { out, err } = written
      const events = () =>
        out
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      return { code, out, err, events }
    },
  }
}

/** Undoes the wrapping to the columns of the terminal. */
export function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ')
}
