// Answers of the tools: short words, the facts as data, and a link to each result. Never the bytes of a video.
import type { JobResource } from '@infinitetalk/client'
import type { McpJob } from '@infinitetalk/contract'
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server'

export function answer(
  text: string,
  structuredContent: Record<string, unknown>,
  links: readonly ContentBlock[] = [],
): CallToolResult {
  return { content: [{ type: 'text', text }, ...links], structuredContent }
}

export function answerJob(job: JobResource): CallToolResult {
  return answer(describeJob(job), { ...presentJob(job) }, linksOf(job))
}

export function presentJob(job: JobResource): McpJob {
  const { error, output } = job
  return {
    job_id: job.id,
    status: job.status,
    stage: job.stage,
    progress: job.progress,
    queue_position: job.queue_position,
    eta_s: job.eta_s,
    created_at: job.created_at,
    error:
      error === null
        ? null
        : {
            code: error.code,
            message: error.message,
            hint: error.hint,
            retryable: error.retryable,
          },
    video:
      output === null
        ? null
        : {
            url: output.video.url,
            bytes: output.video.bytes,
            sha256: output.video.sha256,
            width: output.video.width,
            height: output.video.height,
            duration_s: output.video.duration_s,
            expires_at: output.video.expires_at,
          },
    seed: output?.seed ?? null,
    warnings: output?.warnings ?? [],
  }
}

export function describeJob(job: JobResource): string {
  const { id, status, output, error } = job
  if (output !== null) {
    const { width, height, duration_s: seconds } = output.video
    const warnings = output.warnings.map((warning) => ` ${warning}`).join('')
    return `${id} succeeded: ${width}x${height}, ${seconds.toFixed(2)} s. Its video is linked.${warnings}`
  }
  if (error !== null) return `${id} ${status} (${error.code}): ${error.message} ${error.hint}`
  if (status === 'queued') {
    const place = job.queue_position === null ? '' : ` at position ${job.queue_position}`
    return `${id} is queued${place}. Call wait_for_job.`
  }
  if (status !== 'running') return `${id} is ${status}.`
  const left = job.eta_s === null ? '' : `, about ${Math.ceil(job.eta_s)} s left`
  const percent = Math.floor(job.progress * 100)
  return `${id} is still running: ${percent} %${left}. Call wait_for_job again.`
}

/** The links of a hub with keys are signed: they open without one. */
export function linksOf({ id, output }: JobResource): readonly ContentBlock[] {
  if (output === null) return []
  const { url, bytes, content_type: mimeType } = output.video
  const description = 'The finished video. Download it before it expires.'
  return [
    { type: 'resource_link', uri: url, name: `${id}.mp4`, mimeType, size: bytes, description },
  ]
}
