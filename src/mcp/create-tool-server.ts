// The MCP server: the tools of a hub for agents, over its ordinary API, so that keys, scopes and limits mean the same. It holds
// nothing between two calls.
import {
  AbortedError,
  hasEnded,
  type InfiniteTalkClient,
  InfiniteTalkError,
  type RunInput,
} from '@infinitetalk/client'
import {
  MCP_WAIT_MAX_S,
  type McpRequest,
  mcpJobListSchema,
  mcpJobSchema,
  mcpToolSchemas,
} from '@infinitetalk/contract'
import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { AppError, describeError } from '../domain/errors.ts'
import type { OpenLocalFile } from './local-files.ts'
import { answer, answerJob, describeJob, linksOf, presentJob } from './present-answer.ts'

export interface ToolServerOptions {
  readonly client: InfiniteTalkClient
  readonly version: string
  /** null: the agent's files are on another machine. */
  readonly openFile: OpenLocalFile | null
}

const INSTRUCTIONS =
  'Makes a talking video from a portrait (or a video) and a voice, or a text that is spoken. Call create_lipsync_video, then ' +
  'wait_for_job until the job has ended. Results are links to videos, never their bytes.'

export function createToolServer(options: ToolServerOptions): McpServer {
  const { client, version, openFile } = options
  const server = new McpServer(
    { name: 'infinitetalk-hub', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  )
  const schemas = mcpToolSchemas({ localFiles: openFile !== null })
  const reads = { readOnlyHint: true, openWorldHint: false }

  server.registerTool(
    'create_lipsync_video',
    {
      title: 'Make a talking video',
      description: 'Submits a job and returns at once. It survives crashes of the hub.',
      inputSchema: schemas.create,
      outputSchema: mcpJobSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
    },
    ({ idempotency_key: idempotencyKey, ...asked }, { mcpReq: { signal } }) =>
      guarded(async () => {
        const request = await sendMedia(asked, options, signal)
        return answerJob(await client.jobs.create(request, { idempotencyKey, signal }))
      }),
  )
  server.registerTool(
    'estimate_video',
    {
      title: 'Estimate a video',
      description: 'Reports length, size, time and cost of a request without rendering it.',
      inputSchema: schemas.estimate,
      annotations: reads,
    },
    (asked, { mcpReq: { signal } }) =>
      guarded(async () => {
        const request = await sendMedia(asked, options, signal)
        const estimate = await client.estimate(request, { signal })
        return answer(JSON.stringify(estimate), { ...estimate })
      }),
  )
  server.registerTool(
    'get_job',
    {
      title: 'Read a job',
      description: 'The state of a job, and the link to its video.',
      inputSchema: schemas.job,
      outputSchema: mcpJobSchema,
      annotations: reads,
    },
    ({ job_id: id }, { mcpReq: { signal } }) =>
      guarded(async () => answerJob(await client.jobs.get(id, { signal }))),
  )
  server.registerTool(
    'wait_for_job',
    {
      title: 'Wait for a job',
      description: `Waits for the end of a job, at most ${MCP_WAIT_MAX_S} s; then says that it is still running.`,
      inputSchema: schemas.wait,
      outputSchema: mcpJobSchema,
      annotations: reads,
    },
    ({ job_id: id, seconds = MCP_WAIT_MAX_S }, { mcpReq: { signal } }) =>
      guarded(async () => answerJob(await waitFor(client, id, seconds, signal))),
  )
  server.registerTool(
    'list_jobs',
    {
      title: 'List jobs',
      description: 'The jobs of this key, newest first.',
      inputSchema: schemas.list,
      outputSchema: mcpJobListSchema,
      annotations: reads,
    },
    ({ limit = 10, ...query }, { mcpReq: { signal } }) =>
      guarded(async () => {
        const page = await client.jobs.list({ ...query, limit, signal })
        const jobs = page.data.map(presentJob)
        const words = page.data.map(describeJob).join('\n')
        const links = page.data.flatMap(linksOf)
        return answer(words || 'No jobs.', { jobs, next_cursor: page.next_cursor }, links)
      }),
  )
  server.registerTool(
    'cancel_job',
    {
      title: 'Cancel a job',
      description: 'Cancels a queued or running job.',
      inputSchema: schemas.job,
      outputSchema: mcpJobSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
    },
    ({ job_id: id }, { mcpReq: { signal } }) =>
      guarded(async () => answerJob(await client.jobs.cancel(id, { signal }))),
  )
  server.registerTool(
    'list_faces',
    {
      title: 'List the faces of a picture',
      description:
        'The faces of a picture, largest first, with the number that options.face takes.',
      inputSchema: schemas.faces,
      annotations: reads,
    },
    ({ image }, { mcpReq: { signal } }) =>
      guarded(async () => {
        const { image: sent } = await sendMedia({ image, audio: {} }, options, signal)
        if (sent?.file_id == null) {
          throw new AppError('input_missing', 'Give the image as file_id, or as a path.')
        }
        const faces = await client.files.faces(sent.file_id, { signal })
        return answer(JSON.stringify(faces.data), { ...faces })
      }),
  )
  return server
}

type Asked = Pick<McpRequest, 'audio'> & Partial<McpRequest>

/** Uploads the files of this machine, and makes the request that the hub's parser checks. */
async function sendMedia(
  { options: others = {}, ...asked }: Asked,
  { client, openFile }: ToolServerOptions,
  signal: AbortSignal,
): ReturnType<InfiniteTalkClient['sendMedia']> {
  const source = async (given: Record<string, unknown> | undefined): Promise<unknown> =>
    given === undefined || !('path' in given) || openFile === null
      ? given
      : openFile(String(given.path))
  const voice = async (given: Record<string, unknown>): Promise<unknown> => {
    if (!('path' in given) || openFile === null) return given
    const { path, ...members } = given
    const content = await openFile(String(path))
    return Object.keys(members).length === 0 ? content : { content, ...members }
  }
  const { audio } = asked
  const input = {
    ...others,
    ...asked,
    image: await source(asked.image),
    video: await source(asked.video),
    audio: Array.isArray(audio) ? await Promise.all(audio.map(voice)) : await voice(audio),
  }
  return client.sendMedia(input as RunInput, { signal })
}

async function waitFor(
  client: InfiniteTalkClient,
  id: string,
  seconds: number,
  signal: AbortSignal,
) {
  const enough = AbortSignal.timeout(seconds * 1000)
  const job = await client.jobs.get(id, { signal })
  if (hasEnded(job)) return job
  try {
    return await client.jobs.wait(id, { signal: AbortSignal.any([signal, enough]) })
  } catch (error) {
    if (!(error instanceof AbortedError) || signal.aborted) throw error
    return client.jobs.get(id, { signal })
  }
}

/** A failure is an answer that an agent can read and act on. */
async function guarded(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work()
  } catch (error) {
    return { isError: true, content: [{ type: 'text', text: describeFailure(error) }] }
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof InfiniteTalkError) {
    const hint = error.problem?.hint ?? ''
    return `${error.code}: ${error.message} ${hint}`.trim()
  }
  if (!(error instanceof AppError)) throw error
  const { code, detail, hint } = describeError(error)
  return `${code}: ${detail} ${hint}`
}
