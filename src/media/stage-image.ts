// Converts a picture from outside to a safe one: identified by its bytes, decoded in a process of its own, upright, 8-bit sRGB
// without alpha, at most 4096 pixels wide or high. No byte of the original file survives.
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Size } from '@infinitetalk/arithmetic'
import type { RelativeBox } from '@infinitetalk/contract'
import type { MediaJob } from '../app/ports/media.ts'
import { abortError } from '../async/abort-error.ts'
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import type { StagedImage } from '../domain/plan.ts'
import { guardChild } from './guard-child.ts'
import type { DecodeAnswer, DecodeOrder } from './image-messages.ts'
import { nameOf, openInputFile } from './input-file.ts'
import { killedFromOutside } from './killed-from-outside.ts'
import { childEnvironment, limitedCommand } from './limited-command.ts'
import { runInFolder } from './run-in-folder.ts'
import { describeContent, type ImageFormat, SNIFF_BYTES, sniffImage } from './sniff.ts'

/** No engine uses more pixels, and every later step costs time per pixel. */
const STAGED_MAX_SIDE = 4096

/** Decoding 50 megapixels takes about 2 s; ten times that means a bomb or an overloaded machine. */
const MAX_DECODE_TIMEOUT_MS = 20_000

/** Small, because pixels are outside the JavaScript heap. */
const NODE_OPTIONS = ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning']

/** @throws AppError `image_*`, `input_empty`, `input_too_large`, `path_*`, `tool_timeout`, `tool_killed`, `disk_full`, `canceled` */
export async function stageImage(
  path: string,
  limits: Limits,
  job: MediaJob,
  crop: RelativeBox | null = null,
): Promise<StagedImage> {
  if (job.signal.aborted) throw abortError(job.signal)
  const format = await imageFormat(path, limits)
  return runInFolder(job.workDir, 'image', async (folder) => {
    const stagedPath = join(folder, 'image.png')
    const order: DecodeOrder = {
      path,
      name: nameOf(path),
      format,
      crop,
      outputPath: stagedPath,
      outputMaxSide: STAGED_MAX_SIDE,
      maxBytes: limits.imageMaxBytes,
      maxPixels: limits.imageMaxPixels,
      minSide: limits.imageMinSide,
      maxSide: limits.imageMaxSide,
    }
    const size = await decodeInChild(order, limits, job.signal)
    return { path: stagedPath, ...size }
  })
}

/** @throws AppError `image_unsupported`, `input_empty`, `input_too_large`, `path_*` */
export async function imageFormat(path: string, limits: Limits): Promise<ImageFormat> {
  await using file = await openInputFile(path, limits.imageMaxBytes)
  const head = await file.read(0, SNIFF_BYTES)
  const format = sniffImage(head)
  if (format !== null) return format
  throw new AppError(
    'image_unsupported',
    `${nameOf(path)} is ${describeContent(head)}, not a picture that can be read.`,
  )
}

async function decodeInChild(
  order: DecodeOrder,
  limits: Limits,
  signal: AbortSignal,
): Promise<Size> {
  const child = startChild(limits)
  let answer: DecodeAnswer | undefined
  child.once('message', (message) => {
    answer = message as DecodeAnswer
  })
  // Sending fails when the child died at once; its end then gives the reason.
  child.send(order, () => {})
  const name = 'The image decoder'
  const end = await guardChild(child, { name, signal, timeoutMs: decodeTimeoutMs(limits) }).ended
  if (answer === undefined) {
    const killed = killedFromOutside(name, end)
    if (killed !== null) throw killed
    const { exitCode, killedBy } = end
    const how = killedBy === null ? `exited with code ${exitCode}` : `was ended by ${killedBy}`
    throw new AppError('image_unreadable', `${order.name} cannot be decoded: the decoder ${how}.`)
  }
  if ('staged' in answer) return answer.staged
  throw new AppError(answer.code, answer.detail)
}

function startChild(limits: Limits): ChildProcess {
  const own = import.meta.url
  const script = fileURLToPath(new URL(`./stage-image-child${extname(own)}`, own))
  const command = limitedCommand(process.execPath, [...NODE_OPTIONS, script], {
    maxDataBytes: limits.childMaxBytes,
    maxCpuSeconds: (decodeTimeoutMs(limits) / 1000) * availableParallelism(),
  })
  return spawn(command.file, command.args, {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: childEnvironment(process.env),
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
}

function decodeTimeoutMs(limits: Limits): number {
  return Math.min(limits.probeTimeoutMs, MAX_DECODE_TIMEOUT_MS)
}
