// Probes the uploaded inputs before a request is accepted, so that a damaged file is rejected at once and not after an hour in the
// queue. Also learns the length and size of the video. The worker probes inputs behind URLs.
import type { Semaphore } from '../../async/semaphore.ts'
import { checkPlanFits } from '../../domain/capabilities.ts'
import { planRender, type StagedInputs } from '../../domain/generation.ts'
import type { Job, JobInput, JobSource } from '../../domain/job.ts'
import type { StagedVoice } from '../../domain/plan.ts'
import type { HubPorts } from '../hub-ports.ts'
import { nameInput } from '../name-input.ts'
import type { Engine } from '../ports/engine.ts'
import { stageVisual } from '../stage-visual.ts'
import { toRenderSpec } from '../to-render-spec.ts'
import { withWorkFolder } from '../work-folder.ts'

export type ProbePorts = Pick<HubPorts, 'media' | 'blobs' | 'limits' | 'workFolder' | 'owner'>

/** Probes decode in child processes; more of them than the machine has cores would only wait for each other. */
export interface Probing {
  readonly probes: Semaphore
  readonly signal: AbortSignal
}

/** @returns null when an input is behind a URL, or the engine ignores inputs @throws AppError `image_*`, `video_*`, `audio_*`, `engine_unsupported` */
export async function probeInputs(
  input: JobInput,
  engine: Engine,
  { probes, signal }: Probing,
  ports: ProbePorts,
): Promise<Job['expected']> {
  if (!engine.probesInputs) return null
  return probes.run(signal, () =>
    withWorkFolder(ports, async (workDir) => {
      const job = { workDir, signal }
      const visual = await probe(input.visual, `/${input.inputType}`, ports, (path) =>
        stageVisual(input, path, job, ports.media),
      )
      const voices: StagedVoice[] = []
      for (const [index, { source }] of input.voices.entries()) {
        const pointer = input.voices.length > 1 ? `/audio/${index}` : '/audio'
        const voice = await probe(source, pointer, ports, (path) =>
          ports.media.stageVoice(path, job),
        )
        if (voice !== null) voices.push(voice)
      }
      if (visual === null || voices.length < input.voices.length) return null
      // The tracks of a dialogue are as long as its sound.
      const [whole] = voices
      const isCut = input.dialogue !== undefined && whole !== undefined
      const tracks = isCut ? [whole, whole] : voices
      return expectVideo(input, engine, { visual, voices: tracks }, ports)
    }),
  )
}

async function probe<T>(
  source: JobSource,
  pointer: string,
  { blobs }: ProbePorts,
  stage: (path: string) => Promise<T>,
): Promise<T | null> {
  if (source.kind === 'url') return null
  try {
    return await stage(await blobs.localPath(source.sha256))
  } catch (error) {
    throw nameInput(error, source.sha256, pointer)
  }
}

async function expectVideo(
  input: JobInput,
  engine: Engine,
  staged: StagedInputs,
  { limits, blobs }: ProbePorts,
): Promise<Job['expected']> {
  const spec = await toRenderSpec(input, blobs)
  // The seed does not change the length or the size.
  const plan = planRender(spec, staged, limits, 0)
  checkPlanFits(plan, engine.name, engine.capabilities)
  return { frames: plan.frames, width: plan.size.width, height: plan.size.height }
}
