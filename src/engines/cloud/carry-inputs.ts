// Brings the inputs of a render into its request: as base64 where all of them fit, else as links to a place where the service
// keeps files. What fits nowhere is refused here, with the way out, before anything is sent.
import { readFile, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { CloudInput, CloudService, CloudStorage } from './cloud-service.ts'
import { type CarriedMedia, describeRender, type InputForm } from './describe-render.ts'
import type { CloudInputs } from './prepare-inputs.ts'

export interface CarriedRequest {
  readonly input: CloudInput
  /** Where inputs were stored, for their removal; null when none was. */
  readonly folder: string | null
}

/** @throws AppError `input_too_large`, or what the storage fails with */
export async function carryInputs(
  plan: RenderPlan,
  inputs: CloudInputs,
  service: CloudService,
  signal: AbortSignal,
  onStore: (folder: string) => void,
): Promise<CarriedRequest> {
  const { visualPath, voicePaths } = inputs
  const describe = (form: InputForm, visual: string, voices: readonly string[]): CloudInput => {
    const media: CarriedMedia = { form, visual, voices, boxes: inputs.boxes }
    return describeRender(plan, media)
  }
  const sizes = await Promise.all([visualPath, ...voicePaths].map(base64Length))
  const words = service.bodyBytes(
    describe(
      'base64',
      '',
      voicePaths.map(() => ''),
    ),
  )
  const bytes = sizes.reduce((sum, size) => sum + size, words)
  if (bytes <= service.maxBodyBytes) {
    const [visual = '', ...voices] = await Promise.all([visualPath, ...voicePaths].map(toBase64))
    return { input: describe('base64', visual, voices), folder: null }
  }
  const { storage } = service
  if (storage === undefined) throw tooLarge(bytes, service)
  const folder = crypto.randomUUID()
  onStore(folder)
  const visual = await store(visualPath, nameOfVisual(visualPath), folder, storage, signal)
  const voices: string[] = []
  for (const [index, path] of voicePaths.entries()) {
    voices.push(
      await store(path, VOICE_NAMES[index] ?? `voice-${index}.flac`, folder, storage, signal),
    )
  }
  return { input: describe('url', visual, voices), folder }
}

const VISUAL_NAMES = ['image.png', 'video.mp4'] as const
const VOICE_NAMES = ['voice-0.flac', 'voice-1.flac'] as const

/** Whichever of them there are. Best effort: what cannot be removed costs a few megabytes. */
export async function removeCarried(
  folder: string,
  storage: CloudStorage,
  signal: AbortSignal,
): Promise<void> {
  const names = [...VISUAL_NAMES, ...VOICE_NAMES]
  await Promise.allSettled(names.map((name) => storage.remove(`${folder}/${name}`, signal)))
}

function nameOfVisual(path: string): string {
  return extname(path) === '.mp4' ? 'video.mp4' : 'image.png'
}

function store(
  path: string,
  name: string,
  folder: string,
  storage: CloudStorage,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted()
  return storage.store(path, `${folder}/${name}`, signal)
}

async function base64Length(path: string): Promise<number> {
  return Math.ceil((await stat(path)).size / 3) * 4
}

async function toBase64(path: string): Promise<string> {
  return (await readFile(path)).toString('base64')
}

function tooLarge(bytes: number, { title, maxBodyBytes, whenTooLarge }: CloudService): AppError {
  const detail = `The inputs make a request of ${megabytes(bytes)} MB, and ${title} takes ${megabytes(maxBodyBytes)} MB. ${whenTooLarge}`
  return new AppError('input_too_large', detail, { meta: { bytes, maxBodyBytes } })
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
