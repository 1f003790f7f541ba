// The window graph of ComfyUI's own nodes: WanInfiniteTalkToVideo makes the frames of one window, the core's sampler fills them.
// The recorded errors are here; the look of a frame follows from the seed, the voice, the picture and the previous frames.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type NodeBehaviour, type NodeCall, NodeError, type NodeResult } from './run-context.ts'
import { type Images, OPAQUE, ofKind, toNumber, type Value } from './values.ts'

const SAMPLING_STARTS = 0.05
const SAMPLING_ENDS = 0.95

export const WINDOW_NODES: Readonly<Record<string, NodeBehaviour>> = {
  WanInfiniteTalkToVideo: talk,
  BasicScheduler: ({ inputs }) => ({
    outputs: [{ kind: 'sigmas', steps: toNumber(inputs.steps, 20) }],
  }),
  RandomNoise: ({ inputs }) => ({ outputs: [toNumber(inputs.noise_seed, 0)] }),
  SamplerCustomAdvanced: sample,
  VAEDecode: decode,
  VAEDecodeTiled: decode,
}

function talk({ inputs }: NodeCall): NodeResult {
  const length = toNumber(inputs.length, 81)
  const motion = toNumber(inputs.motion_frame_count, 9)
  const start = ofKind(inputs.start_image, 'images')
  const previous = ofKind(inputs.previous_frames, 'images')
  if (inputs.mode === 'two_speakers' && inputs['mode.audio_encoder_output_2'] !== undefined) {
    const masks = [inputs['mode.mask_1'], inputs['mode.mask_2']]
    if (masks.includes(undefined)) {
      const text = 'Masks must be provided if two audio encoder outputs are used.'
      throw new NodeError('ValueError', text)
    }
  }
  if (previous !== null && previous.frames < motion) {
    throw new NodeError('ValueError', 'Not enough previous frames provided.')
  }
  if (start === null && previous === null) {
    const name = "'concat_latent_image'"
    const text = `cannot access local variable ${name} where it is not associated with a value`
    throw new NodeError('UnboundLocalError', text)
  }
  if (length % 4 !== 1) throw new NodeError('einops.EinopsError', notDivisible(length))
  const voice = ofKind(inputs.audio_encoder_output_1, 'audio_features')?.trace ?? ''
  const masks = [inputs['mode.mask_1'], inputs['mode.mask_2']].map((mask) => {
    return contentOf(ofKind(mask, 'images'))
  })
  const isForTwo = inputs.mode === 'two_speakers'
  const lips = isForTwo ? [voice, ...masks] : [voice]
  const key = hash(length, motion, ...lips, contentOf(start), contentOf(previous))
  const [width, height] = [toNumber(inputs.width, 832), toNumber(inputs.height, 480)]
  const latent = { kind: 'window_latent', width, height, frames: length, key } as const
  const given = [inputs.model, inputs.positive, inputs.negative].map((value) => value ?? OPAQUE)
  return { outputs: [...given, latent, previous === null ? 0 : motion] }
}

async function sample({ inputs, run }: NodeCall): Promise<NodeResult> {
  const latent = ofKind(inputs.latent_image, 'window_latent')
  const steps = ofKind(inputs.sigmas, 'sigmas')?.steps ?? 1
  const bar = run.bar(steps)
  for (let step = 1; step <= steps; step += 1) {
    await run.reached(SAMPLING_STARTS + (SAMPLING_ENDS - SAMPLING_STARTS) * ((step - 1) / steps))
    await run.pause(run.speed.msPerStep)
    bar.update(step)
    run.sendPreview()
  }
  const seed = typeof inputs.noise === 'number' ? inputs.noise : 0
  const sampled = latent === null ? OPAQUE : { ...latent, key: hash(latent.key, seed, steps) }
  return { outputs: [sampled, sampled] }
}

async function decode({ inputs, run }: NodeCall): Promise<NodeResult> {
  await run.reached(SAMPLING_ENDS)
  await run.pause(run.speed.msPerWindow)
  const latent = ofKind(inputs.samples, 'window_latent')
  if (latent === null) return { outputs: [OPAQUE] }
  const { width, height, frames, key } = latent
  const images: Images = {
    kind: 'images',
    width,
    height,
    frames,
    file: null,
    drawn: { key, from: 0 },
  }
  return { outputs: [images] }
}

/** The error of einops for a voice whose frames do not divide into latents. */
function notDivisible(length: number): string {
  return [
    ' Error while processing rearrange-reduction pattern "b (n_t n) w s c -> b n_t n w s c".',
    ` Input tensor shape: torch.Size([1, ${length - 1}, 5, 12, 768]). Additional info: {'n': 4}.`,
    ` Shape mismatch, can't divide axis of length ${length - 1} in chunks of 4`,
  ].join('\n')
}

function contentOf(images: Images | null): string {
  return images?.file == null ? '' : hash(readFileSync(images.file).toString('base64'))
}

function hash(...parts: readonly Value[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
