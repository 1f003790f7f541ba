// The InfiniteTalk nodes: voices become frames of features, the sampler renders windows. The frame arithmetic is recorded, with its
// traps: the progress bar that is one window too long, two speakers without masks that fail at the first run only.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { planWindows, type WindowPlan } from '@infinitetalk/arithmetic'
import { audioFeatureFrames } from '../../../src/domain/windowing.ts'
import { drawPng } from './drawn-png.ts'
import { imagesOf } from './nodes-images.ts'
import { framesOf, halfOf } from './nodes-save.ts'
import { audioOf } from './nodes-sound.ts'
import { type NodeBehaviour, type NodeCall, NodeError, type NodeResult } from './run-context.ts'
import {
  type Audio,
  type AudioEmbeds,
  type ImageEmbeds,
  type Images,
  OPAQUE,
  ofKind,
  toNumber,
  toText,
} from './values.ts'

const FPS = 25
const FEATURE_RATE = 16_000
/** Sampling's share of the whole run; the rest is short. */
const SAMPLING_STARTS = 0.05
const SAMPLING_ENDS = 0.95

export const TALK_NODES: Readonly<Record<string, NodeBehaviour>> = {
  WanVideoLoraSelect: ({ inputs }) => ({
    outputs: [{ kind: 'model', unmergedLora: inputs.merge_loras === false }],
  }),
  WanVideoModelLoader: ({ inputs }) => ({
    outputs: [{ kind: 'model', unmergedLora: ofKind(inputs.lora, 'model')?.unmergedLora ?? false }],
  }),
  MultiTalkWav2VecEmbeds: embedVoices,
  WanVideoImageToVideoMultiTalk: embedImage,
  WanVideoEncode: async ({ inputs, run }) => {
    const images = imagesOf(inputs.image)
    const groups = Math.trunc((images.frames - 1) / 4) + 1
    const bar = run.bar(groups)
    for (let group = 1; group <= groups; group += 1) bar.update(group)
    if (!run.traits.throttlesProgress) bar.update(0)
    return { outputs: [{ kind: 'samples', images }] }
  },
  WanVideoSampler: sample,
  WanVideoDecode: ({ inputs }) => ({
    outputs: [ofKind(inputs.samples, 'samples')?.images ?? OPAQUE],
  }),
  WanVideoPassImagesFromSamples: ({ inputs }) => ({
    outputs: [ofKind(inputs.samples, 'samples')?.images ?? OPAQUE, ''],
  }),
}

function embedVoices({ inputs }: NodeCall): NodeResult {
  const voices = [1, 2, 3, 4].flatMap((index) => ofKind(inputs[`audio_${index}`], 'audio') ?? [])
  const first = audioOf(inputs.audio_1)
  const mix = inputs.multi_audio_type === 'add' ? 'add' : 'para'
  const limit = toNumber(inputs.num_frames, 81)
  const each = voices.map((voice) => audioFeatureFrames(voice.seconds, limit))
  const frames = mix === 'add' ? sum(each) : Math.max(...each)
  const embeds: AudioEmbeds = {
    kind: 'embeds',
    frames,
    speakers: voices.length,
    hasMasks: inputs.ref_target_masks !== undefined,
    ranOnce: false,
  }
  const lengths = voices.map((voice) => Math.min(voice.seconds, limit / FPS))
  const sound: Audio = {
    kind: 'audio',
    seconds: mix === 'add' ? sum(lengths) : Math.max(...lengths),
    sampleRate: FEATURE_RATE,
    files: voices.length === 0 ? first.files : voices.flatMap((voice) => voice.files),
    mix,
  }
  return { outputs: [embeds, sound, Math.min(limit, frames)] }
}

async function embedImage({ inputs, run }: NodeCall): Promise<NodeResult> {
  const window = toNumber(inputs.frame_window_size, 81)
  const embeds: ImageEmbeds = {
    kind: 'image_embeds',
    width: toNumber(inputs.width, 832),
    height: toNumber(inputs.height, 480),
    windowFrames: Math.trunc((window - 1) / 4) * 4 + 1,
    motionFrames: toNumber(inputs.motion_frame, 25),
    forceOffload: inputs.force_offload === true,
    outputPath: await frameFolder(inputs, run),
    start: ofKind(inputs.start_image, 'images'),
  }
  return { outputs: [embeds, embeds.outputPath] }
}

/** `output_path` gets a folder named after the time; '' without it. */
async function frameFolder(inputs: NodeCall['inputs'], run: NodeCall['run']): Promise<string> {
  const path = toText(inputs.output_path)
  if (path === '') return ''
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
  const base = run.frameFault() === 'elsewhere' ? join(run.folders.temp, 'elsewhere') : path
  const folder = join(base, `${time}_${toText(inputs.mode, 'auto')}_output`)
  await mkdir(folder, { recursive: true })
  return folder
}

async function sample({ inputs, run }: NodeCall): Promise<NodeResult> {
  const embeds = ofKind(inputs.multitalk_embeds, 'embeds')
  const target = ofKind(inputs.image_embeds, 'image_embeds')
  if (embeds === null || target === null) throw new NodeError('KeyError', "'target_shape'")
  const perWindow = ofKind(inputs.model, 'model')?.unmergedLora === true && target.forceOffload
  await loadWeights(run)
  if (embeds.speakers > 1 && !embeds.hasMasks && !embeds.ranOnce) {
    embeds.ranOnce = true
    throw new NodeError('AttributeError', "'NoneType' object has no attribute 'max'")
  }
  if (target.windowFrames <= target.motionFrames) {
    throw new NodeError('ZeroDivisionError', 'integer division or modulo by zero')
  }
  const plan = planWindows(embeds.frames, target)
  const steps = stepsRun(inputs)
  const bar = run.bar(estimatedWindows(embeds.frames, target) * steps)
  const { outputPath: folder } = target
  const seed = toNumber(inputs.seed, 0)
  for (let window = 0; window < plan.windows; window += 1) {
    if (window > 0 && perWindow) await loadWeights(run)
    for (let step = 1; step <= steps; step += 1) {
      const done = window * steps + step
      await run.reached(samplingFraction(done - 1, plan.windows * steps))
      await run.pause(run.speed.msPerStep)
      bar.update(done)
      run.sendPreview()
    }
    if (folder !== '') await writeWindow(run, { target, plan, window, seed })
    await run.pause(run.speed.msPerWindow)
  }
  await run.reached(SAMPLING_ENDS)
  const images = folder === '' ? wholeVideo(target, plan.outputFrames) : DUMMY_IMAGE
  return {
    outputs: [
      { kind: 'samples', images },
      { kind: 'samples', images },
    ],
  }
}

/** The sampler's output when the frames went to a folder. */
const DUMMY_IMAGE: Images = { kind: 'images', width: 64, height: 64, frames: 1, file: null }

function wholeVideo(target: ImageEmbeds, frames: number): Images {
  const { width, height, start } = target
  return { kind: 'images', width, height, frames, file: start?.file ?? null }
}

function stepsRun(inputs: NodeCall['inputs']): number {
  const steps = toNumber(inputs.steps, 30)
  const end = toNumber(inputs.end_step, -1)
  return Math.max(1, (end < 0 ? steps : Math.min(end, steps)) - toNumber(inputs.start_step, 0))
}

/** ComfyUI's own guess, one too high when the voice ends just after a multiple of the stride. */
function estimatedWindows(frames: number, { windowFrames, motionFrames }: ImageEmbeds): number {
  return frames <= windowFrames ? 1 : Math.trunc(frames / (windowFrames - motionFrames)) + 1
}

function samplingFraction(done: number, total: number): number {
  return SAMPLING_STARTS + (SAMPLING_ENDS - SAMPLING_STARTS) * (done / total)
}

/** The bar of the weights ends with a message of value 0. */
async function loadWeights(run: NodeCall['run']): Promise<void> {
  const total = run.speed.weightTensors
  const bar = run.bar(total)
  for (let tensor = 1; tensor <= total; tensor += 1) {
    bar.update(tensor)
    // A real server sends messages while weights load: give the sockets a turn.
    if (tensor % 100 === 0) await run.pause(0)
  }
  bar.update(0)
}

/** The window's new frames, one after the other, numbered through the whole video. */
async function writeWindow(
  run: NodeCall['run'],
  at: {
    readonly target: ImageEmbeds
    readonly plan: WindowPlan
    readonly window: number
    readonly seed: number
  },
): Promise<void> {
  const { windowFrames, motionFrames } = at.plan
  const stride = windowFrames - motionFrames
  const frames = at.window === 0 ? windowFrames : stride
  const first = at.window === 0 ? 0 : windowFrames + (at.window - 1) * stride
  const drawn = { key: String(at.seed), from: first }
  const fault = run.frameFault()
  const pictures = framesOf({ ...wholeVideo(at.target, frames), drawn }, fault)
  for (const [index, picture] of pictures.entries()) {
    const name = `frame_${String(first + index).padStart(5, '0')}.png`
    const png = drawPng(picture)
    await writeFile(join(at.target.outputPath, name), fault === 'damaged' ? halfOf(png) : png)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
