// Examines everything that a render on this machine needs. Each finding gives advice when something is missing.
import { access, constants, statfs } from 'node:fs/promises'
import { availableParallelism, freemem, tmpdir } from 'node:os'
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import { describeTools } from '../media/describe-tools.ts'
import { findTools } from '../media/find-tools.ts'
import { checkFaceModels } from '../vision/check-face-models.ts'
import type { Examination } from './examination.ts'
import { examineClouds } from './examine-clouds.ts'
import { examineComfyui } from './examine-comfyui.ts'
import { examineDataFolder } from './examine-data-folder.ts'
import { examineModels } from './examine-models.ts'
import { examineSpeech } from './examine-speech.ts'
import { examineStores } from './examine-stores.ts'

export async function examineMachine(examination: Examination): Promise<readonly Finding[]> {
  return [
    examineNode(),
    ...(await examineTools(examination)),
    await checkFaceModels(),
    examineProcessors(),
    examineMemory(),
    await examineTemporaryFolder(),
    await examineDataFolder(examination),
    ...(await examineStores(examination)),
    ...(await examineModels(examination)),
    ...(await examineComfyui(examination)),
    ...(await examineClouds(examination)),
    await examineSpeech(examination),
  ]
}

function examineNode(): Finding {
  return { subject: 'Node', state: 'ok', detail: process.versions.node, advice: null }
}

async function examineTools({ config, env, signal }: Examination): Promise<readonly Finding[]> {
  try {
    const tools = await findTools({
      ffmpegPath: config.ffmpegPath ?? null,
      ffprobePath: config.ffprobePath ?? null,
      searchPath: env.PATH ?? '',
      signal,
    })
    return await describeTools(tools, signal)
  } catch (thrown) {
    const error = toAppError(thrown)
    return [{ subject: 'ffmpeg', state: 'missing', detail: error.detail, advice: error.entry.hint }]
  }
}

function examineProcessors(): Finding {
  const cores = availableParallelism()
  const state = cores < 2 ? 'warning' : 'ok'
  const advice =
    cores < 2 ? 'The preview engine renders and encodes in parallel on two cores.' : null
  return { subject: 'Processor', state, detail: `${cores} cores`, advice }
}

const GiB = 1024 ** 3
/** The preview engine stays below 300 MB and ffmpeg needs about as much at 720p. */
const COMFORTABLE_MEMORY_BYTES = 1 * GiB

function examineMemory(): Finding {
  const free = freemem()
  const enough = free >= COMFORTABLE_MEMORY_BYTES
  return {
    subject: 'Memory',
    state: enough ? 'ok' : 'warning',
    detail: `${(free / GiB).toFixed(1)} GiB free`,
    advice: enough ? null : 'A render needs up to 1 GiB: close other programs or render smaller.',
  }
}

/** Ten minutes of video with its intermediate files. */
const COMFORTABLE_DISK_BYTES = 2 * GiB

async function examineTemporaryFolder(): Promise<Finding> {
  const folder = tmpdir()
  const subject = 'Temporary folder'
  try {
    await access(folder, constants.W_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const enough = free >= COMFORTABLE_DISK_BYTES
    return {
      subject,
      state: enough ? 'ok' : 'warning',
      detail: `${folder}, ${(free / GiB).toFixed(1)} GiB free`,
      advice: enough ? null : 'Free some space, or point TMPDIR to a larger disk.',
    }
  } catch {
    const advice = 'Point TMPDIR to a folder that this user may write.'
    return { subject, state: 'missing', detail: `${folder} cannot be written`, advice }
  }
}
