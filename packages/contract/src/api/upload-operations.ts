// Uploads that resume after a cut connection: tus 1.0 (https://tus.io/protocols/resumable-upload).
import { noQuerySchema } from '../http-queries.ts'
import { bytesContent, operation } from './operation.ts'

const RESUMABLE = { 'Tus-Resumable': '1.0.0' }
const OFFSET = { 'Upload-Offset': 'The bytes that the hub has.' }

export const UPLOAD_OPERATIONS = {
  describeUploads: operation({
    method: 'OPTIONS',
    path: '/v1/uploads',
    tag: 'files',
    summary: 'Read what the hub supports of tus',
    description: 'The version and the extensions of the tus protocol, for clients that ask first.',
    query: noQuerySchema,
    responses: {
      204: {
        description: 'The version, the extensions and the maximum size.',
        headers: {
          'Tus-Version': '1.0.0',
          'Tus-Extension': 'The extensions, with commas.',
          'Tus-Max-Size': 'The largest file, in bytes.',
        },
      },
    },
  }),
  createUpload: operation({
    method: 'POST',
    path: '/v1/uploads',
    tag: 'files',
    summary: 'Begin an upload that resumes (tus)',
    description:
      'The protocol tus 1.0, for any of its clients. The last part of Location is the id of the file, which a job names once all ' +
      'bytes are there. The metadata "filename" and "filetype" are kept.',
    query: noQuerySchema,
    headers: {
      ...RESUMABLE,
      'Upload-Length': 'Size in bytes.',
      'Upload-Metadata': 'filename and filetype, in base64.',
    },
    responses: {
      201: {
        description: 'The upload has begun.',
        headers: { Location: 'URL of the upload.', 'Upload-Expires': 'When the hub deletes it.' },
      },
    },
  }),
  readUpload: operation({
    method: 'HEAD',
    path: '/v1/uploads/{file_id}',
    tag: 'files',
    summary: 'Ask how much of an upload has arrived (tus)',
    description: '`Upload-Offset` says where to resume.',
    query: noQuerySchema,
    headers: RESUMABLE,
    responses: { 200: { description: 'How much is there.', headers: OFFSET } },
  }),
  appendUpload: operation({
    method: 'PATCH',
    path: '/v1/uploads/{file_id}',
    tag: 'files',
    summary: 'Send the next bytes of an upload (tus)',
    description:
      'The bytes begin at `Upload-Offset`, which must be what has arrived. What arrives before a broken connection counts.',
    query: noQuerySchema,
    headers: { ...RESUMABLE, 'Upload-Offset': 'The bytes that were sent before.' },
    body: { required: true, content: bytesContent('application/offset+octet-stream') },
    responses: { 204: { description: 'The bytes are stored.', headers: OFFSET } },
  }),
  deleteUpload: operation({
    method: 'DELETE',
    path: '/v1/uploads/{file_id}',
    tag: 'files',
    summary: 'Give an upload up (tus)',
    description: 'Deletes what has arrived.',
    query: noQuerySchema,
    headers: RESUMABLE,
    responses: { 204: { description: 'The upload is deleted.' } },
  }),
}
