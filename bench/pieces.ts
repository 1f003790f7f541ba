// Measures how much of the time of one ComfyUI several equal ones need for a long video in pieces. The stand-ins wait 20 s a window, about
// as long as a fast GPU takes for one. The voice is silent, so that the cuts are even: a stand-in takes as long for a short window as for
// a whole one, which a GPU does not. How even the cuts of a voice are is for src/domain/pieces.test.ts.
import { wavFile } from '../test/support/wav-file.ts'
import { openBenchHub } from './comfyui-hub.ts'
import { startServer } from './comfyui-server.ts'

/** 24 windows, in 2 and in 4 pieces too. */
const FRAMES = 1720
const WINDOWS = 24
/** Four steps of a window. */
const SPEED = { msPerStep: 5000, msPerWindow: 0 }
const MACHINES = [1, 2, 4] as const

export interface PiecesFigures {
  readonly windows: number
  readonly secondsPerWindow: number
  readonly runs: readonly PiecesRun[]
}

interface PiecesRun {
  readonly machines: number
  readonly rendered: number
  readonly seconds: number
  /** The seconds of one machine, divided by those of this run and by its machines: 1 is perfect. */
  readonly efficiency: number
}

export async function benchPieces(signal: AbortSignal): Promise<PiecesFigures> {
  const runs: PiecesRun[] = []
  for (const machines of MACHINES) {
    signal.throwIfAborted()
    const { rendered, seconds } = await renderOn(machines)
    const alone = runs[0]?.seconds ?? seconds
    runs.push({ machines, rendered, seconds, efficiency: alone / seconds / machines })
  }
  return { windows: WINDOWS, secondsPerWindow: (4 * SPEED.msPerStep) / 1000, runs }
}

async function renderOn(machines: number): Promise<Pick<PiecesRun, 'rendered' | 'seconds'>> {
  await using servers = new AsyncDisposableStack()
  const urls: string[] = []
  for (let machine = 0; machine < machines; machine += 1) {
    urls.push(servers.use(await startServer(SPEED)).url)
  }
  await using hub = await openBenchHub(urls.join(','))
  const samples = (16_000 * FRAMES) / 25
  const audio = { base64: wavFile({ sampleRate: 16_000, samples }).toString('base64') }
  const request = { audio, preset: 'draft', workflow: 'I2V_window', pieces: machines }
  const { startedMs, endedMs, output } = await hub.render(request)
  return { rendered: output.windows?.rendered ?? 0, seconds: (endedMs - startedMs) / 1000 }
}

export function piecesTable({ windows, secondsPerWindow, runs }: PiecesFigures): string {
  const rows = runs.map(({ machines, rendered, seconds, efficiency }) =>
    [
      String(machines).padStart(8),
      String(rendered).padStart(9),
      seconds.toFixed(1).padStart(9),
      efficiency.toFixed(3).padStart(11),
    ].join(''),
  )
  return [
    `a video of ${windows} windows, ${secondsPerWindow} s each`,
    'machines  rendered  seconds  efficiency',
    ...rows,
  ].join('\n')
}
