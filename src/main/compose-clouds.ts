// Composes the configured engines that render on a queue in the internet: Beam and RunPod. Nothing is contacted before somebody asks for
// their health or a job needs them.
import { DEFAULT_WINDOWING, planWindows } from '@infinitetalk/arithmetic'
import type { Engine, RenderContext } from '../app/ports/engine.ts'
import type { Config } from '../config/load-config.ts'
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
  /** Tests set shorter times. */
  readonly times?: CloudTimes
}

/** null when it is not configured. @throws AppError `config_invalid` */
export function openBeam(surroundings: CloudSurroundings): Engine | null {
  return openCloud(beamService(surroundings.config), surroundings)
}

/** null when it is not configured. @throws AppError `config_invalid` */
export function openRunpod(surroundings: CloudSurroundings): Engine | null {
  return openCloud(runpodService(surroundings.config), surroundings)
}

/** @throws AppError `config_invalid` */
export function cloudServices(config: Config): readonly CloudService[] {
  return [beamService(config), runpodService(config)].filter((service) => service !== null)
}

function beamService({
  beamToken: token,
  beamQueue: queue,
  beamVolume,
  beamGatewayUrl: gatewayUrl,
}: Config): CloudService | null {
  if (queue === undefined) return null
  if (token === undefined) throw new AppError('config_invalid', 'BEAM_QUEUE needs BEAM_TOKEN.')
  return createBeamService({ gatewayUrl, token, queue, volume: beamVolume ?? null })
}

function runpodService({
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

function openCloud(
  service: CloudService | null,
  { config, tools, times = CLOUD_TIMES }: CloudSurroundings,
): Engine | null {
  if (service === null) return null
  const media = { tools, limits: config.limits, faces: createFaceFinderAside() }
  return createCloudEngine({
    service,
    times,
    prepareInputs: (plan, context) => prepareForCloud(plan, context, media),
  })
}

/** The same files as for ComfyUI without the masks: boxes say who speaks where. */
async function prepareForCloud(
  plan: RenderPlan,
  context: RenderContext,
  tools: PrepareTools,
): Promise<CloudInputs> {
  const windows = planWindows(Math.max(1, audioFeatureFrames(plan.seconds)), DEFAULT_WINDOWING)
  const prepared = await prepareInputs(plan, windows, context, tools)
  return {
    visualPath: prepared.videoPath ?? prepared.imagePath,
    // The remote worker makes the masks and the silence of everybody else.
    voicePaths: prepared.voicePaths.slice(0, plan.voices.length),
    boxes: await boxesIn(plan, tools, context.signal),
    warnings: prepared.warnings,
  }
}

/** The caller's boxes refer to the original picture; the picture that is sent is framed. */
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
