// Puts the inputs of a render into its request: as base64 if all of them fit, otherwise as links to the storage of the service.
// Inputs that fit nowhere are rejected here, with the way out, before anything is sent.
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { CloudInput, CloudService, CloudStorage } from './cloud-service.ts'
import { describeRender, type InputForm } from './describe-render.ts'
import type { CloudInputs } from './prepare-inputs.ts'

export interface CarriedFile {
  readonly path: string
  /** Its name in the folder of the render, if it has to be stored. */
  readonly name: string
}

export interface CarryRequest {
  readonly files: readonly CarriedFile[]
  /** The request, with the texts of the files in their order: base64, or a link. */
  describe(form: InputForm, texts: readonly string[]): CloudInput
  readonly to: Pick<
    CloudService,
    'title' | 'maxBodyBytes' | 'whenTooLarge' | 'bodyBytes' | 'storage'
  >
  readonly signal: AbortSignal
  /** Called before anything is stored in the folder. */
  onStore(folder: string): void
}

export interface CarriedRequest {
  readonly input: CloudInput
  /** The folder of the stored inputs, for their removal; null when none was stored. */
  readonly folder: string | null
}

/** @throws AppError `input_too_large`, or the failure of the storage */
export async function carryFiles(request: CarryRequest): Promise<CarriedRequest> {
  const { files, describe, to, signal, onStore } = request
  const sizes = await Promise.all(files.map(({ path }) => base64Length(path)))
  const nothing = files.map(() => '')
  const words = to.bodyBytes(describe('base64', nothing))
  const bytes = sizes.reduce((sum, size) => sum + size, words)
  if (bytes <= to.maxBodyBytes) {
    const texts = await Promise.all(files.map(({ path }) => toBase64(path)))
    return { input: describe('base64', texts), folder: null }
  }
  const { storage } = to
  if (storage === undefined) throw tooLarge(bytes, to)
  const folder = crypto.randomUUID()
  onStore(folder)
  const links: string[] = []
  for (const { path, name } of files) {
    signal.throwIfAborted()
    links.push(await storage.store(path, `${folder}/${name}`, signal))
  }
  return { input: describe('url', links), folder }
}

const VISUAL_NAMES = ['image.png', 'video.mp4'] as const
const VOICE_NAMES = ['voice-0.flac', 'voice-1.flac'] as const

/** The prepared inputs of a plan. @throws AppError `input_too_large`, or the failure of the storage */
export function carryInputs(
  plan: RenderPlan,
  { visualPath, voicePaths, boxes }: CloudInputs,
  service: CloudService,
  signal: AbortSignal,
  onStore: (folder: string) => void,
): Promise<CarriedRequest> {
  const voices = voicePaths.map((path, index) => ({
    path,
    name: VOICE_NAMES[index] ?? `voice-${index}.flac`,
  }))
  return carryFiles({
    files: [{ path: visualPath, name: nameOfVisual(visualPath) }, ...voices],
    describe: (form, [visual = '', ...voices]) =>
      describeRender(plan, { form, visual, voices, boxes }),
    to: service,
    signal,
    onStore,
  })
}

/** Removes all stored inputs. Best effort: a file that cannot be removed costs a few megabytes. */
export async function removeCarried(
  folder: string,
  storage: CloudStorage,
  signal: AbortSignal,
  names: readonly string[] = [...VISUAL_NAMES, ...VOICE_NAMES],
): Promise<void> {
  await Promise.allSettled(names.map((name) => storage.remove(`${folder}/${name}`, signal)))
}

function nameOfVisual(path: string): string {
  return extname(path) === '.mp4' ? 'video.mp4' : 'image.png'
}

async function base64Length(path: string): Promise<number> {
  return Math.ceil((await stat(path)).size / 3) * 4
}

async function toBase64(path: string): Promise<string> {
  return (await readFile(path)).toString('base64')
}

function tooLarge(
  bytes: number,
  { title, maxBodyBytes, whenTooLarge }: CarryRequest['to'],
): AppError {
  const detail = `The inputs make a request of ${megabytes(bytes)} MB, and ${title} accepts ${megabytes(maxBodyBytes)} MB. ${whenTooLarge}`
  return new AppError('input_too_large', detail, { meta: { bytes, maxBodyBytes } })
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
