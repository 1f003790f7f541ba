// The operations on files that are sent ahead of their job.
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
    description: 'Answers with the URL to which its bytes are sent.',
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
        description: 'Send the bytes to its upload_url.',
        headers: { Location: 'The file.' },
        content: jsonContent(fileResourceSchema, FILE_EXAMPLE),
      },
    },
  }),
  writeFile: operation({
    method: 'PUT',
    path: '/v1/files/{file_id}/content',
    tag: 'files',
    summary: 'Send the bytes of a file',
    description: 'Raw, once. An upload that breaks off leaves nothing and may be sent again.',
    query: noQuerySchema,
    headers: { 'Content-Digest': 'sha-256=:BASE64: is checked when it is there.' },
    body: { required: true, content: bytesContent('application/octet-stream') },
    responses: {
      200: {
        description: 'It is there.',
        content: jsonContent(fileResourceSchema, READY_FILE_EXAMPLE),
      },
    },
  }),
  getFile: operation({
    method: 'GET',
    path: '/v1/files/{file_id}',
    tag: 'files',
    summary: 'Read what is known of a file',
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
    summary: 'Remove a file',
    description: 'Jobs that name it keep its content.',
    query: noQuerySchema,
    responses: { 204: { description: 'It is gone.' } },
  }),
}
