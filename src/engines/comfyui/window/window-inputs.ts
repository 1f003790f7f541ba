// The inputs of one render's windows, as files on this disk: the picture that each begins with, and the voice in stretches.
// Each is made when the first window needs it.
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { FPS } from '@infinitetalk/arithmetic'
import type { RenderContext } from '../../../app/ports/engine.ts'
import type { RenderPlan } from '../../../domain/plan.ts'
import type { StepPlan, WindowStep } from '../../../domain/window-steps.ts'
import { conformVideo } from '../../../media/conform-video.ts'
import { extractFrame } from '../../../media/extract-frame.ts'
import { chooseFraming } from '../choose-framing.ts'
import { frameImage } from '../frame-image.ts'
import { inPicture, masksOf, type PrepareTools } from '../prepare-inputs.ts'
import type { VoiceStretch } from './voice-stretch.ts'
import { writeStretch } from './write-stretch.ts'

export interface WindowInputs {
  /** Sentences a person should read. */
  readonly warnings: readonly string[]
  /** Whether every window begins with the same picture: then it is sent once. */
  readonly isStill: boolean
  /** PNG, white where each of two people is, in the order of the voices; null for one person. */
  readonly masks: readonly string[] | null
  /** PNG of exactly the plan's size: the portrait, or the source's frame at the window's start. */
  picture(step: WindowStep): Promise<string>
  /** WAV. */
  voice(stretch: VoiceStretch): Promise<string>
}

/** Beyond any upload of a window: the video stays here. */
const MAX_BYTES = Number.MAX_SAFE_INTEGER

/** @throws AppError `face_not_listed`, `invalid_request` for a box that cannot be used, `video_*`, `tool_timeout`, `disk_full`, `canceled` */
export async function prepareWindowInputs(
  plan: RenderPlan,
  { outputFrames }: StepPlan,
  context: RenderContext,
  tools: PrepareTools,
): Promise<WindowInputs> {
  const { signal, workDir } = context
  const { framing, face, warnings } = await chooseFraming(plan, tools.faces, signal)
  const folder = await mkdtemp(join(workDir, 'window-inputs-'))
  const { image, video, size, voices } = plan
  const masks = await masksOf(plan, face, framing, folder)
  const write = async (stretch: VoiceStretch): Promise<string> => {
    const path = join(folder, `${stretch.name}.wav`)
    await writeStretch(
      voices.map(({ pcmPath }) => pcmPath),
      stretch,
      path,
    )
    return path
  }
  // Written once: chains of pieces that share a stretch would cut it short while another one sends it.
  const written = new Map<string, Promise<string>>()
  const voice = (stretch: VoiceStretch): Promise<string> => {
    const path = written.get(stretch.name) ?? write(stretch)
    written.set(stretch.name, path)
    path.catch(() => written.delete(stretch.name))
    return path
  }
  if (video === null) {
    const toPath = join(folder, 'image.png')
    await frameImage({ image, framing: inPicture(framing, plan), size, toPath }, signal)
    return { warnings, isStill: true, masks, picture: async () => toPath, voice }
  }
  const videoPath = await conformVideo(
    {
      path: video.path,
      seconds: video.seconds,
      framing,
      size,
      fps: FPS,
      frames: outputFrames,
      whenShort: plan.onShortVideo,
      maxBytes: MAX_BYTES,
    },
    tools,
    context,
  )
  return {
    warnings,
    isStill: false,
    masks,
    async picture({ number, startFrame }) {
      const toPath = join(folder, `frame-${number}.png`)
      await extractFrame({ path: videoPath, seconds: startFrame / FPS, toPath }, tools, signal)
      return toPath
    },
    voice,
  }
}
