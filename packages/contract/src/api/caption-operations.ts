// The captions of a job whose voice was made of a text.
import { noQuerySchema } from '../http-queries.ts'
import { bytesContent, operation } from './operation.ts'

function captions(format: 'srt' | 'vtt', type: string) {
  return operation({
    method: 'GET',
    path: `/v1/jobs/{job_id}/captions.${format}`,
    tag: 'jobs',
    summary: `Read the captions of a text (${format === 'srt' ? 'SubRip' : 'WebVTT'})`,
    description:
      'For a job whose audio is a text, from its acceptance on. Times follow the pauses of the sound, so they are approximate. ' +
      'Other jobs answer 404 `file_not_found`.',
    query: noQuerySchema,
    responses: { 200: { description: 'The captions.', content: bytesContent(type) } },
  })
}

export const CAPTION_OPERATIONS = {
  getSubRip: captions('srt', 'application/x-subrip'),
  getWebVtt: captions('vtt', 'text/vtt'),
}
