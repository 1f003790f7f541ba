// Examines ComfyUI if one is configured: whether it answers, its version and node packs compared with the pinned ones, its memory, and
// for every workflow the reasons why it cannot run, each with the fix.
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import type { SystemStats } from '../engines/comfyui/comfy-answers.ts'
import type { ComfyApi } from '../engines/comfyui/comfy-api.ts'
import type { Examination, WayToComfyui } from './examination.ts'
import { examineFramesFolder } from './examine-frames-folder.ts'
import { examineInstallation } from './examine-installation.ts'
import { examineVersion } from './examine-version.ts'
import { examineWorkflows } from './examine-workflows.ts'
import { readPinnedVersions } from './pinned-versions.ts'

/** Empty when nothing of ComfyUI is configured. */
export async function examineComfyui(examination: Examination): Promise<readonly Finding[]> {
  const { comfyuiUrl, comfyuiDir, comfyApiUrl } = examination.config
  const isUnused = comfyApiUrl === undefined && examination.config.comfyApiKey !== undefined
  const unused = isUnused ? [UNUSED_KEY] : []
  if (comfyuiUrl === undefined && comfyuiDir === undefined && comfyApiUrl === undefined)
    return unused
  const pinned = await readPinnedVersions()
  const installed = await examineInstallation({ ...examination, pinned })
  const ways = examination.ways.comfyuis()
  const findings: Finding[] = [...unused]
  // One after the other: those of our own are started for the look.
  for (const way of ways) {
    const found = await examineOne(way, examination, pinned?.comfyui ?? null)
    findings.push(...(ways.length === 1 ? found : found.map((one) => nameMachine(one, way))))
  }
  return [...findings, ...(await examineFramesFolder(examination.config)), ...installed]
}

async function examineOne(
  way: WayToComfyui,
  examination: Examination,
  pinnedVersion: string | null,
): Promise<readonly Finding[]> {
  try {
    await using reached = await way.reach()
    return await examineServer(reached.api, way.name, examination, pinnedVersion)
  } catch (thrown) {
    examination.signal.throwIfAborted()
    const isService = way.name === examination.config.comfyApiUrl
    return [failed(isService ? 'Comfy API' : 'ComfyUI', thrown)]
  }
}

const UNUSED_KEY: Finding = {
  subject: 'Comfy API',
  state: 'warning',
  detail: 'COMFY_API_KEY is set, and COMFY_API_URL is not: nothing renders there',
  advice: 'Set COMFY_API_URL=https://cloud.comfy.org, or the address of a deployment or proxy.',
}

/** Comfy's services tell neither their nodes nor their models. */
function describeService(where: string): Finding {
  const host = new URL(where).hostname
  const isDeployment = host.endsWith('.run.comfy.app')
  const kind = isDeployment ? 'a deployment of Comfy' : 'a proxy, or a service like it'
  const what = host === 'cloud.comfy.org' ? 'Comfy Cloud' : kind
  const detail = `${what}, answers at ${where} and lets this hub in; the first job shows whether it has the models`
  return { subject: 'Comfy API', state: 'ok', detail, advice: null }
}

function nameMachine(finding: Finding, { name }: WayToComfyui): Finding {
  return { ...finding, subject: `${finding.subject} (${name})` }
}

async function examineServer(
  api: ComfyApi,
  where: string,
  { ways, signal }: Examination,
  pinnedVersion: string | null,
): Promise<readonly Finding[]> {
  const stats = await api.systemStats(signal)
  if (api.objectInfo === undefined) return [describeService(where)]
  const { templates, problems } = await ways.templates()
  return [
    examineVersion(stats.version, pinnedVersion, where),
    ...examineMemory(stats),
    ...(await examineWorkflows(api, templates, await ways.modelAdvice(), signal)),
    ...problems.map((problem) => failed('Workflows', problem)),
  ]
}

const GiB = 1024 ** 3
/** Estimated: 14 billion parameters in 8 bit with most blocks swapped out, and the frames of a window at 512 x 512. */
const COMFORTABLE_VRAM_BYTES = 11 * GiB
/** Estimated: the swapped blocks, the text encoder, and the frames of one minute. */
const COMFORTABLE_RAM_BYTES = 30 * GiB

function examineMemory({ json }: SystemStats): readonly Finding[] {
  const system = json.system as Readonly<Record<string, unknown>>
  const devices = json.devices as readonly Readonly<Record<string, unknown>>[]
  const gpus = devices.map((device) => examineDevice(device))
  const { ram_total: total, ram_free: free } = system
  if (typeof total !== 'number' || typeof free !== 'number') return gpus
  const enough = total >= COMFORTABLE_RAM_BYTES
  const advice = enough
    ? null
    : 'Long renders may run out of memory: their frames are kept there, besides the swapped blocks.'
  const detail = `${inGiB(total)}, ${inGiB(free)} free`
  return [...gpus, { subject: 'Memory of ComfyUI', state: stateOf(enough), detail, advice }]
}

function examineDevice(device: Readonly<Record<string, unknown>>): Finding {
  const { name, type, vram_total: total, vram_free: free } = device
  const subject = 'GPU of ComfyUI'
  if (type === 'cpu') {
    const advice = 'A render takes days on it: install a PyTorch in ComfyUI that supports the GPU.'
    return { subject, state: 'warning', detail: 'none, it runs on the processor', advice }
  }
  const known = typeof total === 'number' && typeof free === 'number'
  const enough = !known || total >= COMFORTABLE_VRAM_BYTES
  const room = known ? `, ${inGiB(total)}, ${inGiB(free)} free` : ''
  const advice = enough ? null : 'Use a small size and a high block_swap, or a larger GPU.'
  return { subject, state: stateOf(enough), detail: `${name}${room}`, advice }
}

function stateOf(enough: boolean): Finding['state'] {
  return enough ? 'ok' : 'warning'
}

function inGiB(bytes: number): string {
  return `${(bytes / GiB).toFixed(1)} GiB`
}

function failed(subject: string, thrown: unknown): Finding {
  const error = toAppError(thrown)
  return { subject, state: 'missing', detail: error.detail, advice: error.entry.hint }
}
