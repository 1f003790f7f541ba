// Examines the GPUs of this machine with nvidia-smi. A missing GPU is no error: the preview engine renders without one.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Finding } from '../domain/finding.ts'
import { isComfortableVideoMemory } from '../domain/memory-need.ts'

export interface Gpu {
  readonly name: string
  readonly memoryBytes: number
  readonly driver: string
}

/** nvidia-smi hangs when the driver hangs. */
const DEADLINE_MS = 10_000
const QUERY = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits']
const MiB = 1024 ** 2

export async function examineGpu(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const subject = 'GPU'
  try {
    const options = { signal, timeout: DEADLINE_MS, env: { PATH: env.PATH ?? '' } }
    const { stdout } = await promisify(execFile)('nvidia-smi', QUERY, options)
    return parseGpus(stdout).map(describeGpu)
  } catch (error) {
    signal.throwIfAborted()
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      const detail =
        'nvidia-smi finds none (the ComfyUI engine needs one, the preview engine does not)'
      return [{ subject, state: 'ok', detail, advice: null }]
    }
    const advice = 'Run nvidia-smi by hand to see the fault of the driver.'
    return [{ subject, state: 'warning', detail: 'nvidia-smi failed', advice }]
  }
}

/** One line a card: `NVIDIA GeForce RTX 4090, 24564, 550.54.15`. */
export function parseGpus(text: string): readonly Gpu[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter(([, memory = '']) => /^\d+$/.test(memory))
    .map(([name = '', memory, driver = '']) => ({
      name,
      memoryBytes: Number(memory) * MiB,
      driver,
    }))
}

function describeGpu({ name, memoryBytes, driver }: Gpu): Finding {
  const detail = `${name}, ${(memoryBytes / 1e9).toFixed(0)} GB, driver ${driver}`
  const isEnough = isComfortableVideoMemory(memoryBytes)
  const advice = isEnough
    ? null
    : 'Render at 480p with more block_swap, or pull the quantized files: infinitetalk models pull --set low-vram.'
  return { subject: 'GPU', state: isEnough ? 'ok' : 'warning', detail, advice }
}
