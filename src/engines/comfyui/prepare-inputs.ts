// Turns a plan's inputs into the files for ComfyUI: with the size, rate and length that the graph expects, so that no node there
// crops, resamples or runs out of frames. Everything is made in the render's own folder.
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Box, Framing, WindowPlan } from '@infinitetalk/arithmetic'
import { FPS } from '@infinitetalk/arithmetic'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { FaceFinder } from '../../app/ports/faces.ts'
import { headAround, isSpeakerChosen } from '../../domain/chosen-speaker.ts'
import type { RenderPlan, StagedVideo } from '../../domain/plan.ts'
import { conformVideo } from '../../media/conform-video.ts'
import { conformVoice } from '../../media/conform-voice.ts'
import { makeSilence } from '../../media/make-silence.ts'
import type { MediaTools } from '../../media/media-tools.ts'
import { chooseFraming } from './choose-framing.ts'
import { drawMasks, type MaskPaths } from './draw-masks.ts'
import { frameImage } from './frame-image.ts'

export interface PrepareTools extends MediaTools {
  /** One that leaves the event loop alone. */
  readonly faces: FaceFinder
}

export interface PreparedInputs {
  /** PNG of exactly the plan's size. */
  readonly imagePath: string
  /** H.264 of exactly the plan's size at 25 fps without sound; null when a picture is animated. */
  readonly videoPath: string | null
  /** Frames of that video, and of the sampler; null without a video. */
  readonly videoFrames: number | null
  /** FLAC, 44.1 kHz stereo, in the order of the plan; none longer than the video. A silent one follows a voice whose person is chosen. */
  readonly voicePaths: readonly string[]
  /** Masks of the first speaker, the second one and the background; everybody but a chosen speaker is the second. */
  readonly maskPaths: MaskPaths | null
  /** Sentences a person should read. */
  readonly warnings: readonly string[]
}

/** The rate of the node that isolates the vocals: nothing is resampled there. */
const VOICE_SAMPLE_RATE = 44_100

/** ComfyUI refuses requests above 100 MiB; the form around the file takes some of that. */
const UPLOAD_MAX_BYTES = 100 * 1024 ** 2 - 64 * 1024

/**
 * @throws AppError `face_not_listed`, `invalid_request` for a box that cannot be used, `video_*`, `audio_*`, `tool_timeout`,
 * `disk_full`, `canceled`
 */
export async function prepareInputs(
  plan: RenderPlan,
  windows: WindowPlan,
  context: RenderContext,
  tools: PrepareTools,
): Promise<PreparedInputs> {
  const { signal, workDir } = context
  const { framing, face, warnings } = await chooseFraming(plan, tools.faces, signal)
  const folder = await mkdtemp(join(workDir, 'comfyui-'))
  const maskPaths = await masksOf(plan, face, framing, folder)
  const imagePath = join(folder, 'image.png')
  const pictureFraming = inPicture(framing, plan)
  await frameImage(
    { image: plan.image, framing: pictureFraming, size: plan.size, toPath: imagePath },
    signal,
  )
  const voicePaths: string[] = []
  for (const { path, channel } of plan.voices) {
    const voice = { path, channel, seconds: plan.seconds, sampleRate: VOICE_SAMPLE_RATE }
    voicePaths.push(await conformVoice({ ...voice, maxBytes: UPLOAD_MAX_BYTES }, tools, context))
  }
  if (isSpeakerChosen(plan)) {
    const silence = { seconds: plan.seconds, sampleRate: VOICE_SAMPLE_RATE }
    voicePaths.push(await makeSilence(silence, tools, context))
  }
  const still = { imagePath, voicePaths, maskPaths }
  if (plan.video === null) return { ...still, videoPath: null, videoFrames: null, warnings }
  const videoPath = await conformVideo(
    {
      path: plan.video.path,
      seconds: plan.video.seconds,
      framing,
      size: plan.size,
      fps: FPS,
      frames: windows.outputFrames,
      whenShort: plan.onShortVideo,
      maxBytes: UPLOAD_MAX_BYTES,
    },
    tools,
    context,
  )
  return {
    ...still,
    videoPath,
    videoFrames: windows.outputFrames,
    warnings: [...warnings, ...tooShort(plan.video, plan)],
  }
}

/** null for one speaker whom nobody chose. @throws AppError as drawMasks() */
export async function masksOf(
  plan: RenderPlan,
  face: Box | null,
  framing: Framing,
  folder: string,
): Promise<MaskPaths | null> {
  const { voices, image, size, video } = plan
  const source = video ?? image
  const [first, second] = voices
  if (first !== undefined && second !== undefined) {
    return drawMasks({ speakers: [first, second], source, framing, size }, folder)
  }
  if (first === undefined || !isSpeakerChosen(plan)) return null
  const box = first.box ?? (face === null ? null : headAround(face, image))
  return drawMasks({ speakers: [{ speaker: first.speaker, box }], source, framing, size }, folder)
}

/** The first frame of a very large video was staged smaller than the video is. */
export function inPicture({ crop, placed }: Framing, { image, video }: RenderPlan): Framing {
  if (video === null || video.width === image.width) return { crop, placed }
  const scale = image.width / video.width
  const x = Math.min(image.width - 1, Math.round(crop.x * scale))
  const y = Math.min(image.height - 1, Math.round(crop.y * scale))
  const width = Math.max(1, Math.min(image.width - x, Math.round(crop.width * scale)))
  const height = Math.max(1, Math.min(image.height - y, Math.round(crop.height * scale)))
  return { crop: { x, y, width, height }, placed }
}

const HOW_FILLED: Readonly<Record<RenderPlan['onShortVideo'], string>> = {
  hold: 'its last frame is held',
  loop: 'it is repeated',
  pingpong: 'it is played backwards and forwards',
}

function tooShort({ seconds }: StagedVideo, plan: RenderPlan): readonly string[] {
  if (seconds > plan.seconds - 1 / FPS) return []
  const lengths = `${seconds.toFixed(1)} s long and the audio ${plan.seconds.toFixed(1)} s`
  return [`The video is ${lengths}: ${HOW_FILLED[plan.onShortVideo]}.`]
}
