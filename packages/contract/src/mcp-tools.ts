// The tools of the MCP server, as schemas: what an agent may ask for and what it gets. The hub's own parser checks the request itself.
import { z } from 'zod'
import { CAPTIONS, PRIORITIES, RESOLUTIONS, SPEAKERS } from './generation-spec.ts'
import { JOB_ID_PATTERN, JOB_STATUSES } from './job-names.ts'
import { STAGES } from './progress.ts'

/** Below the minute after which most clients give a call up. */
export const MCP_WAIT_MAX_S = 55
const LIST_MAX = 20

const jobId = z.string().regex(JOB_ID_PATTERN).describe('Id of the job.')

/** @param localFiles whether the server runs where the agent's files are */
export function mcpToolSchemas({ localFiles }: { readonly localFiles: boolean }) {
  const forms = {
    ...(localFiles
      ? {
          path: z
            .string()
            .min(1)
            .optional()
            .describe('Path of a file on this machine; it is sent.'),
        }
      : {}),
    url: z.string().optional().describe('Public http(s) URL, which the hub fetches.'),
    file_id: z.string().optional().describe('Id of a file that was uploaded by POST /v1/files.'),
  }
  const source = z.strictObject(forms)
  const voice = z.strictObject({
    ...forms,
    text: z
      .string()
      .optional()
      .describe('Words to speak instead of a sound. Lines with "A:" and "B:" are two people.'),
    voice: z
      .union([z.string(), z.array(z.string()).length(2)])
      .optional()
      .describe('Voice of the text; two for A and B.'),
    language: z.string().optional().describe('Language of the text, e.g. "en-US".'),
    speaker: z.enum(SPEAKERS).optional(),
    turns: z
      .array(z.strictObject({ speaker: z.enum(SPEAKERS), from_s: z.number(), to_s: z.number() }))
      .optional()
      .describe('Who speaks when in one sound of two people.'),
  })
  const request = {
    image: source.optional().describe('Portrait to animate.'),
    video: source.optional().describe('Instead of an image: video whose lips follow the audio.'),
    audio: z
      .union([voice, z.array(voice).min(1).max(2)])
      .describe('The voice, or a list of two for the left and the right person.'),
    prompt: z.string().optional().describe('What the video shows.'),
    resolution: z.enum(RESOLUTIONS).optional(),
    aspect_ratio: z.string().optional().describe('E.g. "9:16". Default: that of the image.'),
    max_frames: z.int().min(1).optional().describe('Maximum length, at 25 frames a second.'),
    seed: z.int().min(0).optional(),
    captions: z
      .enum(CAPTIONS)
      .optional()
      .describe('For a text: burn captions in, or make files only.'),
    engine: z.string().optional().describe('Default: the best one of the hub.'),
    priority: z.enum(PRIORITIES).optional(),
    options: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Other members of GenerationRequest in /openapi.json, e.g. {"face": 1}.'),
  }
  return {
    create: z.strictObject({
      ...request,
      idempotency_key: z
        .string()
        .optional()
        .describe('The same key with the same request is the same job, for a day.'),
    }),
    estimate: z.strictObject(request),
    job: z.strictObject({ job_id: jobId }),
    wait: z.strictObject({
      job_id: jobId,
      seconds: z.number().min(1).max(MCP_WAIT_MAX_S).optional().describe('Default: 55.'),
    }),
    list: z.strictObject({
      status: z.enum(JOB_STATUSES).optional(),
      search: z.string().optional().describe('Text in a prompt, the metadata or the id.'),
      limit: z.int().min(1).max(LIST_MAX).optional().describe('Default: 10.'),
      cursor: z.string().optional().describe('next_cursor of the previous page.'),
    }),
    faces: z.strictObject({
      image: z.strictObject(
        localFiles ? { path: forms.path, file_id: forms.file_id } : { file_id: forms.file_id },
      ),
    }),
  }
}

/** A job without what an agent does not need: its context is small. */
export const mcpJobSchema = z.object({
  job_id: z.string(),
  status: z.enum(JOB_STATUSES),
  stage: z.enum(STAGES).nullable(),
  progress: z.number(),
  queue_position: z.int().nullable(),
  eta_s: z.number().nullable(),
  created_at: z.string(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string(), retryable: z.boolean() })
    .nullable(),
  video: z
    .object({
      url: z.string(),
      bytes: z.int(),
      sha256: z.string(),
      width: z.int(),
      height: z.int(),
      duration_s: z.number(),
      expires_at: z.string().nullable(),
    })
    .nullable(),
  seed: z.int().nullable(),
  warnings: z.array(z.string()),
})

export const mcpJobListSchema = z.object({
  jobs: z.array(mcpJobSchema),
  next_cursor: z.string().nullable(),
})

export type McpJob = z.output<typeof mcpJobSchema>
export type McpRequest = z.output<ReturnType<typeof mcpToolSchemas>['estimate']>
