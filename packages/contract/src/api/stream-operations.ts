// The operations that show a video while it grows.
import { linkQuerySchema } from '../http-queries.ts'
import { BYTES, bytesContent, operation } from './operation.ts'

const partHeaders = { ETag: 'Differs for each content.' }

export const STREAM_OPERATIONS = {
  getStream: operation({
    method: 'GET',
    path: '/v1/jobs/{job_id}/stream.m3u8',
    tag: 'jobs',
    summary: 'Watch the video while it is rendered',
    description:
      'A playlist for HTTP Live Streaming (RFC 8216, version 7) with fragmented MP4: one segment per rendered window, with the ' +
      'original sound. It grows until the job has succeeded and stays as long as the job. Before the first window the answer ' +
      'is 409 `video_not_ready`, for a video that is rendered in one piece 409 `windows_not_kept`. With API keys, `urls.stream` ' +
      'of the job and all links in the playlist are signed.',
    linkable: true,
    query: linkQuerySchema,
    headers: { 'If-None-Match': 'ETag that the caller has.' },
    responses: {
      200: {
        description: 'The playlist.',
        headers: { ETag: 'Changes with the playlist.' },
        content: { 'application/vnd.apple.mpegurl': { schema: BYTES } },
      },
      304: { description: 'Not changed.' },
    },
  }),
  getStreamPart: operation({
    method: 'GET',
    path: '/v1/jobs/{job_id}/stream/{part}',
    tag: 'jobs',
    summary: 'Download a part of the growing video',
    description: 'The part is head.mp4, which all windows share, or 1.m4s, 2.m4s and so on.',
    linkable: true,
    query: linkQuerySchema,
    headers: {
      Range: 'One byte range.',
      'If-Range': 'The range applies only if the part still has this ETag.',
      'If-None-Match': 'ETag that the caller has.',
    },
    responses: {
      200: { description: 'The part.', headers: partHeaders, content: bytesContent('video/mp4') },
      206: {
        description: 'The range.',
        headers: { ...partHeaders, 'Content-Range': 'The range and the total size.' },
        content: bytesContent('video/mp4'),
      },
      304: { description: 'Not changed.' },
    },
  }),
}
