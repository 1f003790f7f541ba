// The engines whose machines are queues on the internet, as they are configured: Beam and RunPod. Nothing is reached before
// somebody asks for their health or a job needs them.

import { DEFAULT_WINDOWING, planWindows } from '@infinitetalk/arithmetic'
import type { EngineEntry } from '../app/generate-video.ts'
import type { HubEngine } from '../app/hub-ports.ts'
import type { RenderContext } from '../app/ports/engine.ts'
import type { Config } from '../config/load-config.ts'
import { CLOUD_CAPABILITIES } from '../domain/capabilities.ts'
import { headAround, isSpeakerChosen } from '../domain/chosen-speaker.ts'
import { AppError } from '../domain/errors.ts'
import type { RenderPlan } from '../domain/plan.ts'
import { audioFeatureFrames } from '../domain/windowing.ts'
import { createBeamService } from '../engines/beam/beam-service.ts'
import { createCloudEngine } from '../engines/cloud/cloud-engine.ts'
import type { CloudService } from '../engines/cloud/cloud-service.ts'
import { CLOUD_TIMES, type CloudTimes } from '../engines/cloud/cloud-times.ts'
import type { CloudInputs } from '../engines/cloud/prepare-inputs.ts'
import { chooseFraming } from '../engines/comfyui/choose-framing.ts'
import { boxInFrame } from '../engines/comfyui/mask-cells.ts'
import { type PrepareTools, prepareInputs } from '../engines/comfyui/prepare-inputs.ts'
import { createRunpodService } from '../engines/runpod/runpod-service.ts'
import type { Tools } from '../media/tool.ts'
import { createFaceFinderAside } from '../vision/find-faces-aside.ts'

export interface CloudSurroundings {
  readonly config: Config
  readonly tools: Tools
  /** Tests are less patient. */
  readonly times?: CloudTimes
}

export interface ComposedCloud extends EngineEntry {
  readonly hubEngine: HubEngine
}

/** The best one first; empty when none is configured. @throws AppError `config_invalid` */
export function composeClouds(surroundings: CloudSurroundings): readonly ComposedCloud[] {
  return cloudServices(surroundings.config).map((service) => composeCloud(service, surroundings))
}

/** @throws AppError `config_invalid` */
export function cloudServices(config: Config): readonly CloudService[] {
  return [composeBeam(config), composeRunpod(config)].filter((service) => service !== null)
}

/** Better than a preview, behind a GPU of one's own. */
export function withClouds(
  engines: ReadonlyMap<string, EngineEntry>,
  clouds: readonly ComposedCloud[],
): ReadonlyMap<string, EngineEntry> {
  const entries: (readonly [string, EngineEntry])[] = [...engines]
  const at = entries.findIndex(([name]) => name === 'preview')
  const added = clouds.map((cloud) => [cloud.engine.name, cloud] as const)
  return new Map(entries.toSpliced(at, 0, ...added))
}

function composeBeam({
  beamToken: token,
  beamQueue: queue,
  beamVolume,
  beamGatewayUrl: gatewayUrl,
}: Config): CloudService | null {
  if (queue === undefined) return null
  if (token === undefined) throw new AppError('config_invalid', 'BEAM_QUEUE needs BEAM_TOKEN.')
  return createBeamService({ gatewayUrl, token, queue, volume: beamVolume ?? null })
}

function composeRunpod({
  runpodApiKey: apiKey,
  runpodEndpointId: endpointId,
  runpodUrl: url,
}: Config): CloudService | null {
  if (endpointId === undefined) return null
  if (apiKey === undefined) {
    throw new AppError('config_invalid', 'RUNPOD_ENDPOINT_ID needs RUNPOD_API_KEY.')
  }
  return createRunpodService({ url, apiKey, endpointId })
}

/** A look is good for so long: health is asked by everyone, and such services count requests. */
const HEALTH_CACHE_MS = 15_000

function composeCloud(
  service: CloudService,
  { config, tools, times = CLOUD_TIMES }: CloudSurroundings,
): ComposedCloud {
  const media = { tools, limits: config.limits, faces: createFaceFinderAside() }
  const engine = createCloudEngine({
    service,
    times,
    prepareInputs: (plan, context) => prepareForCloud(plan, context, media),
  })
  let last: { readonly atMs: number; readonly health: Promise<string | null> } | null = null
  return {
    engine,
    capabilities: CLOUD_CAPABILITIES,
    hubEngine: {
      name: service.engine,
      capabilities: CLOUD_CAPABILITIES,
      // It says that it renders, and not how far it is.
      samplingOf: () => null,
      probesInputs: true,
      health() {
        const nowMs = performance.now()
        if (last === null || nowMs - last.atMs >= HEALTH_CACHE_MS) {
          last = { atMs: nowMs, health: service.health(AbortSignal.any([])) }
        }
        return last.health
      },
      abandon: (remote, signal) => engine.abandon(remote, signal),
    },
  }
}

/** The same files as for a ComfyUI, less the masks: who speaks where is said in boxes. */
async function prepareForCloud(
  plan: RenderPlan,
  context: RenderContext,
  tools: PrepareTools,
): Promise<CloudInputs> {
  const windows = planWindows(Math.max(1, audioFeatureFrames(plan.seconds)), DEFAULT_WINDOWING)
  const prepared = await prepareInputs(plan, windows, context, tools)
  return {
    visualPath: prepared.videoPath ?? prepared.imagePath,
    // Silence for everybody else is made where the masks are.
    voicePaths: prepared.voicePaths.slice(0, plan.voices.length),
    boxes: await boxesIn(plan, tools, context.signal),
    warnings: prepared.warnings,
  }
}

/** The caller's boxes are of the picture as it was given; the one that is sent is framed. */
async function boxesIn(
  plan: RenderPlan,
  { faces }: PrepareTools,
  signal: AbortSignal,
): Promise<CloudInputs['boxes']> {
  const { voices, size } = plan
  const isChosen = isSpeakerChosen(plan)
  if (!isChosen && voices.every(({ box }) => box === null)) return voices.map(() => null)
  const { framing, face } = await chooseFraming(plan, faces, signal)
  const head = isChosen && face !== null ? headAround(face, plan.image) : null
  const speakers = voices.map(({ speaker, box }) => ({ speaker, box: box ?? head }))
  const request = {
    isAlone: isChosen,
    source: plan.video ?? plan.image,
    framing,
  }
  return speakers.map((voice, index) => {
    if (voice.box === null) return null
    const { x, y, width, height } = boxInFrame(voice, index, request)
    return [x / size.width, y / size.height, width / size.width, height / size.height]
  })
}
