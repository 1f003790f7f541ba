// The operations on files that are uploaded before their job.
import { createFileRequestSchema, fileResourceSchema } from '../file-resource.ts'
import { noQuerySchema } from '../http-queries.ts'
import { FILE_EXAMPLE, READY_FILE_EXAMPLE } from './examples.ts'
import { bytesContent, jsonContent, operation } from './operation.ts'

export const FILE_OPERATIONS = {
  createFile: operation({
    method: 'POST',
    path: '/v1/files',
    tag: 'files',
    summary: 'Announce a file',
    description: 'Answers with the URL for the upload.',
    query: noQuerySchema,
    body: {
      required: false,
      content: jsonContent(createFileRequestSchema, {
        filename: 'speech.wav',
        content_type: 'audio/wav',
      }),
    },
    responses: {
      201: {
        description: 'The file. Send its bytes to upload_url.',
        headers: { Location: 'URL of the file.' },
        content: jsonContent(fileResourceSchema, FILE_EXAMPLE),
      },
    },
  }),
  writeFile: operation({
    method: 'PUT',
    path: '/v1/files/{file_id}/content',
    tag: 'files',
    summary: 'Send the bytes of a file',
    description: 'Send raw bytes, once. An interrupted upload leaves nothing and may be repeated.',
    query: noQuerySchema,
    headers: { 'Content-Digest': 'Optional: sha-256=:BASE64: of the bytes, which is checked.' },
    body: { required: true, content: bytesContent('application/octet-stream') },
    responses: {
      200: {
        description: 'The file is ready.',
        content: jsonContent(fileResourceSchema, READY_FILE_EXAMPLE),
      },
    },
  }),
  completeFile: operation({
    method: 'POST',
    path: '/v1/files/{file_id}/complete',
    tag: 'files',
    summary: 'Complete an upload to the bucket',
    description:
      'Call it after the PUT to `direct_upload.url`. The hub reads the bytes and checks their size, and their digest if you send one.',
    query: noQuerySchema,
    headers: { 'Content-Digest': 'Optional: sha-256=:BASE64: of the bytes, which is checked.' },
    responses: {
      200: {
        description: 'The file is ready.',
        content: jsonContent(fileResourceSchema, READY_FILE_EXAMPLE),
      },
    },
  }),
  getFile: operation({
    method: 'GET',
    path: '/v1/files/{file_id}',
    tag: 'files',
    summary: 'Read a file',
    description: 'State, size and type of an upload, and when it is deleted if no job uses it.',
    query: noQuerySchema,
    responses: {
      200: {
        description: 'The file.',
        content: jsonContent(fileResourceSchema, READY_FILE_EXAMPLE),
      },
    },
  }),
  deleteFile: operation({
    method: 'DELETE',
    path: '/v1/files/{file_id}',
    tag: 'files',
    summary: 'Delete a file',
    description: 'Jobs that use the file keep its content.',
    query: noQuerySchema,
    responses: { 204: { description: 'Deleted.' } },
  }),
}
