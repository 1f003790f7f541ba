// Examines the model files of the ComfyUI engine: each set, its disk, and the longest video that the memory of this machine allows.
// They are needed only if a ComfyUI is configured.
import { statfs } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { DEFAULT_MODELS_SET } from '@infinitetalk/contract'
import type { ModelStatus } from '../app/ports/models.ts'
import type { Config } from '../config/load-config.ts'
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import { longestVideoSeconds, type ModelWeights } from '../domain/memory-need.ts'
import { judgeSet, type SetJudgement } from '../models/judge-set.ts'
import type { Examination } from './examination.ts'
import { examineGpu } from './examine-gpu.ts'

export async function examineModels(examination: Examination): Promise<readonly Finding[]> {
  const { config, env, signal, ways } = examination
  try {
    const library = await ways.models()
    const statuses = await library.list({ sets: ['all'], names: [] })
    const need = howMuchNeeded(config)
    return [
      ...(await examineGpu(env, signal)),
      ...Object.keys(library.sets).map((set) => describeSet(set, statuses, need)),
      ...(await examineDisk(library.folder, judgeSet(DEFAULT_MODELS_SET, statuses), need)),
      ...(config.comfyuiDir === undefined ? [] : [examineHostMemory(statuses, totalmem())]),
    ]
  } catch (thrown) {
    signal.throwIfAborted()
    const { detail, entry } = toAppError(thrown)
    return [{ subject: 'Models', state: 'warning', detail, advice: entry.hint }]
  }
}

/**
 * - `here`: the ComfyUI of this machine reads this folder
 * - `perhaps`: a remote ComfyUI may have its own models, which the rows of its workflows check
 * - `no`: only the preview renders
 */
type Need = 'here' | 'perhaps' | 'no'

function howMuchNeeded({ comfyuiDir, comfyuiUrl }: Config): Need {
  if (comfyuiUrl !== undefined) return 'perhaps'
  return comfyuiDir === undefined ? 'no' : 'here'
}

export function describeSet(set: string, statuses: readonly ModelStatus[], need: Need): Finding {
  const judged = judgeSet(set, statuses)
  const { all, there, missing, missingOptional, faulty, standIns } = judged
  const subject = `Models "${set}"`
  const pull = `infinitetalk models pull --set ${set}`
  const amount = `${judged.isMore ? 'more than ' : ''}${gigabytes(judged.missingBytes)}`
  if (faulty.length > 0) {
    const list = faulty.map(({ model, detail }) => `${model.file}: ${detail ?? 'wrong'}`).join('; ')
    const advice = `Run "${pull} --force" to replace the wrong files.`
    return { subject, state: need === 'here' ? 'missing' : 'warning', detail: list, advice }
  }
  if (missing.length === 0) {
    const rest = names(missingOptional)
    const detail =
      rest === '' ? `all ${all} present` : `${there} of ${all} present; not needed: ${rest}`
    return { subject, state: 'ok', detail, advice: null }
  }
  if (need === 'perhaps' && !isBegun(judged)) {
    const detail = 'none in this folder; the ComfyUI of COMFYUI_URL has its own'
    return { subject, state: 'ok', detail, advice: null }
  }
  const isChosen = set === DEFAULT_MODELS_SET || judged.isBegun
  if (!isChosen) {
    const detail = `not pulled (${amount})`
    return { subject, state: 'ok', detail, advice: null }
  }
  const instead = standIns.length === 0 ? '' : `; present instead: ${names(standIns)}`
  const count =
    there === 0 ? 'none present' : `${there} of ${all} present, missing: ${names(missing)}`
  const detail = `${count}${instead}`
  const why = need === 'no' ? ' Only the ComfyUI engine needs them.' : ''
  const state =
    need === 'here' && set === DEFAULT_MODELS_SET && standIns.length === 0 ? 'missing' : 'warning'
  return { subject, state, detail, advice: `Run "${pull}" (${amount}).${why}` }
}

/** Whether the set is wanted on this machine. */
function isBegun({ there, isBegun: hasBegun }: SetJudgement): boolean {
  return there > 0 || hasBegun
}

function names(statuses: readonly ModelStatus[]): string {
  return statuses.map(({ model }) => model.file).join(', ')
}

async function examineDisk(
  folder: string,
  judged: SetJudgement,
  need: Need,
): Promise<readonly Finding[]> {
  if (judged.missingBytes === 0 || (need === 'perhaps' && !isBegun(judged))) return []
  const info = await statfs(folder).catch(() => null)
  if (info === null) return []
  const free = info.bavail * info.bsize
  const enough = free > judged.missingBytes
  const advice = enough ? null : 'Free some space, or set INFINITETALK_MODELS_DIR to a larger disk.'
  return [
    {
      subject: 'Disk of the models',
      state: enough ? 'ok' : 'warning',
      detail: `${folder}, ${gigabytes(free)} free, ${gigabytes(judged.missingBytes)} still to download`,
      advice,
    },
  ]
}

const SIZES = { '480p': { width: 640, height: 640 }, '720p': { width: 960, height: 960 } }
const LONGEST_SECONDS = 600
const SHORT_SECONDS = 60

export function examineHostMemory(statuses: readonly ModelStatus[], memoryBytes: number): Finding {
  const weights = weightsOf(statuses)
  const fits = Object.entries(SIZES).map(([name, size]) => ({
    name,
    seconds: longestVideoSeconds(size, memoryBytes, weights, LONGEST_SECONDS),
  }))
  const shortest = fits[0]?.seconds ?? 0
  const fitting = fits.filter(({ seconds }) => seconds > 0)
  const lengths = fitting.map(({ name, seconds }) => `${seconds} s at ${name}`).join(', ')
  return {
    subject: 'Memory for ComfyUI',
    state: shortest >= SHORT_SECONDS ? 'ok' : 'warning',
    detail:
      lengths === ''
        ? `${gigabytes(memoryBytes)}: less than the models need`
        : `${gigabytes(memoryBytes)}: enough for about ${lengths}`,
    advice:
      shortest >= SHORT_SECONDS
        ? null
        : 'Longer videos need more memory: ComfyUI keeps every frame until the end.',
  }
}

/** Sizes of the default set's files, present or expected. */
function weightsOf(statuses: readonly ModelStatus[]): ModelWeights {
  const bytesOf = (role: string): number =>
    statuses.find(({ model }) => model.role === role && model.sets.includes(DEFAULT_MODELS_SET))
      ?.bytes ?? 0
  return {
    offloadedBytes: bytesOf('video-model') + bytesOf('talking-model-single'),
    textEncoderBytes: bytesOf('text-encoder'),
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
