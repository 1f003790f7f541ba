// One render on a ComfyUI, from the inputs on this disk to the video on this disk. Nothing is left on the server: no prompt that
// runs for nobody, no history, no inputs. The exception: when this program only stops, the next attempt resumes the prompt.

import { isRecord } from '@infinitetalk/contract/plain'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { LostRender, MemoryStep } from '../../domain/job.ts'
import { bind } from '../../workflow/bind.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import { isLeftToNext } from '../remote/left-to-next.ts'
import type { Backend } from './backend.ts'
import type { ComfyApi } from './comfy-api.ts'
import { endPrompt } from './end-prompt.ts'
import { fetchVideo } from './fetch-video.ts'
import { findTwice } from './find-prompt.ts'
import { followRender } from './follow-render.ts'
import type { FollowTimes } from './follow-times.ts'
import { followWithFrames } from './frames/follow-with-frames.ts'
import { type SavedFrames, savedFramesOf } from './frames/saved-frames.ts'
import type { WindowFrames } from './frames/window-frames.ts'
import { NodeClock } from './node-clock.ts'
import type { PreparedInputs } from './prepare-inputs.ts'
import { PreviewFrames } from './preview-frames.ts'
import type { ProgressSource, SocketTimes } from './progress-socket.ts'
import { PromptEvents } from './prompt-events.ts'
import { ownIdOf } from './prompt-id.ts'
import { RemoteInputs } from './remote-inputs.ts'
import type { SamplingParameters } from './sampling-parameters.ts'
import { SamplingProgress } from './sampling-progress.ts'

export interface RemoteRenderRequest {
  readonly api: ComfyApi
  readonly backend: Backend
  readonly template: Template
  readonly sampling: SamplingParameters
  readonly seed: number
  /** Called only when there is no earlier render to resume. */
  readonly prepare: () => Promise<PreparedInputs>
  readonly context: RenderContext
  /** Renders of this job that may still run on machines it left. */
  readonly lost: readonly LostRender[]
  /** Steps against a lack of memory, of all attempts. */
  readonly memorySteps: readonly MemoryStep[]
  /** Handles frames that the graph saves in a shared folder; null where the video comes as a file. */
  readonly frames: WindowFrames | null
  readonly maxBytes: number
  /** How long a window should take; 0 when that is not known. */
  readonly windowMs: number
  readonly times: FollowTimes
  readonly socketTimes: SocketTimes
}

export interface RemoteRenderResult {
  readonly path: string
  readonly warnings: readonly string[]
}

/** A prompt of ours and what it was sent. */
interface OwnPrompt {
  /** A service may add to it when the prompt is sent. */
  id: string
  readonly inputs: RemoteInputs
  /** Where its frames are saved; null where its video comes as a file. */
  readonly saved: SavedFrames | null
  /** Found as an earlier attempt left it. */
  readonly isFound: boolean
  state: 'new' | 'sent' | 'ended'
}

/** @throws AppError */
export async function renderRemotely(request: RemoteRenderRequest): Promise<RemoteRenderResult> {
  const prompt = (await findEarlier(request)) ?? newPrompt(request)
  try {
    return await render(prompt, request)
  } finally {
    const isLeft = prompt.state !== 'new' && isLeftToNext(request.context)
    if (!isLeft) await tidy(prompt, request)
  }
}

function newPrompt({ api, backend, frames }: RemoteRenderRequest): OwnPrompt {
  const id = crypto.randomUUID()
  const saved = frames === null ? null : savedFramesOf(backend, id)
  return { id, inputs: new RemoteInputs(api, id), saved, isFound: false, state: 'new' }
}

/** null when there is none, or none to resume: it failed, or ComfyUI does not know it any more. */
async function findEarlier(request: RemoteRenderRequest): Promise<OwnPrompt | null> {
  const { api, backend, context } = request
  const found = context.remote?.found ?? null
  if (found === null || found.engine !== 'comfyui' || found.backend !== backend.name) return null
  const place = await findTwice(api, found.id, context.signal)
  const saved = savedFramesOf(backend, found.id)
  if (place.state === 'nowhere') {
    await saved?.remove()
    return null
  }
  const inputs = RemoteInputs.ofGraph(api, found.id, place.graph)
  const folder = framesFolderIn(place.graph, request.template)
  const own = { id: found.id, inputs, isFound: true, state: 'sent' } as const
  const prompt: OwnPrompt = { ...own, saved: folder === null ? null : saved }
  // The setting may have changed meanwhile.
  const isSeen = folder === null || (request.frames !== null && folder === saved?.path)
  if (isSeen && (place.state !== 'ended' || place.entry.succeeded)) return prompt
  await tidy(prompt, request)
  return null
}

/** The folder in which a prompt saves its frames; null for one that gives its video. */
function framesFolderIn(graph: unknown, { bindings }: Template): string | null {
  const [target] = bindings.get('frames_folder') ?? []
  const node = target !== undefined && isRecord(graph) ? graph[target.nodeId] : undefined
  const folder = isRecord(node) && isRecord(node.inputs) ? node.inputs[target!.input] : undefined
  return typeof folder === 'string' && folder !== '' ? folder : null
}

async function render(
  prompt: OwnPrompt,
  request: RemoteRenderRequest,
): Promise<RemoteRenderResult> {
  const { api, backend, template, sampling, context, times } = request
  const { signal, onProgress } = context
  const prepared = prompt.isFound ? null : await request.prepare()
  signal.throwIfAborted()
  // A resumed render needs no names of its inputs here: the rest of its graph is the same.
  const graph =
    prepared === null
      ? bind(template, sampling.values)
      : await bindInputs(prompt, prepared, request)
  onProgress({ stage: 'waiting', done: 0, total: 0 })
  const { windows } = sampling.windows
  const progress = new SamplingProgress({ graph, windows, stepsPerWindow: sampling.stepsPerWindow })
  const { onNode = () => {} } = context
  const clock = new NodeClock({ graph, onNode, nowMs: () => performance.now() })
  const events = new PromptEvents({ promptId: ownIdOf(prompt.id), progress, onProgress, clock })
  const { onFrame } = context
  const previews = onFrame === undefined ? null : new PreviewFrames(onFrame)
  await using socket = api.openProgress({
    clientId: clientIdOf(prompt),
    onMessage: (message) => events.hear(message),
    onBytes: (message) => void previews?.hear(message),
    times: request.socketTimes,
  })
  const { saved, isFound } = prompt
  if (prepared !== null) {
    await saved?.make()
    await submit(prompt, { graph, warnings: prepared.warnings }, socket, request)
  }
  const { id: promptId } = prompt
  const { windowMs } = request
  const followed = { api, backend, promptId, graph, events, socket, windowMs, times, signal }
  const warnings = prepared?.warnings ?? context.remote?.found?.warnings ?? []
  const onEnd = (): void => {
    prompt.state = 'ended'
    onProgress({ stage: 'saving', done: 0, total: 0 })
  }
  const { frames } = request
  if (frames === null || saved === null) {
    const entry = await followRender(followed)
    onEnd()
    const place = { ...request, outputNode: template.outputNode, workDir: context.workDir }
    return { path: await fetchVideo(entry, place, followed), warnings }
  }
  const startPicture = async (): Promise<string> =>
    (prepared ?? (await request.prepare())).imagePath
  const { stepsPerWindow } = sampling
  const path = await followWithFrames(followed, { stepsPerWindow, onEnd }, (keeping) =>
    frames.keepAll({ ...keeping, saved, isFound, startPicture }),
  )
  return { path, warnings }
}

async function bindInputs(
  { id, inputs, saved }: OwnPrompt,
  prepared: PreparedInputs,
  { template, sampling, context }: RemoteRenderRequest,
): Promise<Graph> {
  const files = await inputs.send(prepared, template, context.signal)
  return bind(template, {
    ...sampling.values,
    ...files,
    ...(prepared.videoFrames === null ? {} : { video_frames: prepared.videoFrames }),
    ...(saved === null ? {} : { frames_folder: saved.path }),
    // ComfyUI numbers the files of a name by looking into the folder: two at once would write the same one.
    filename_prefix: `infinitetalk-${id}`,
  })
}

async function submit(
  prompt: OwnPrompt,
  { graph, warnings }: { readonly graph: Graph; readonly warnings: readonly string[] },
  socket: ProgressSource,
  { api, backend, seed, context, lost, memorySteps, times }: RemoteRenderRequest,
): Promise<void> {
  const { id: promptId } = prompt
  const { signal, remote } = context
  await socket.settled(signal)
  signal.throwIfAborted()
  prompt.state = 'sent'
  const place = { engine: 'comfyui', backend: backend.name }
  const left = lost.length === 0 ? {} : { lost }
  const spared = memorySteps.length === 0 ? {} : { memorySteps: [...memorySteps] }
  const keep = async (id: string): Promise<void> =>
    remote?.keep({ ...place, id, seed, warnings, ...left, ...spared })
  await keep(promptId)
  const previews = context.onFrame !== undefined
  const request = { graph, promptId, clientId: clientIdOf(prompt), previews }
  prompt.id = await api.handOver(request, times, signal)
  if (prompt.id !== promptId) await keep(prompt.id)
}

/** The prompt's own id: new for each, and known to the attempt that resumes it. */
function clientIdOf({ id }: OwnPrompt): string {
  return ownIdOf(id)
}

/** Best effort with a deadline: the failure of the render is already reported. */
async function tidy(
  { id, inputs, saved, state }: OwnPrompt,
  { api, backend, times }: Pick<RemoteRenderRequest, 'api' | 'backend' | 'times'>,
): Promise<void> {
  const ended = state === 'sent' ? endPrompt(api, id, times.endMs) : Promise.resolve()
  const answers = await ended.then(
    () => true,
    () => false,
  )
  // A render that cannot be reached may still run and be resumed: it keeps its inputs until then.
  if (!answers && backend.removeInputs === undefined) return
  const signal = AbortSignal.timeout(times.tidyMs)
  const forgotten = state === 'new' ? null : api.deleteHistory(id, signal)
  await Promise.allSettled([forgotten, inputs.remove(backend, signal), saved?.remove()])
}
