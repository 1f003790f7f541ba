// A file that is uploaded before the job that uses it: created first, then filled by one raw PUT to its `upload_url`.
import { z } from 'zod'
import { FILE_ID_PATTERN } from './file-id.ts'

export const FILE_STATUSES = ['pending', 'ready'] as const
export type FileStatus = (typeof FILE_STATUSES)[number]

export const createFileRequestSchema = z
  .strictObject({
    content_type: z
      .string()
      .max(200)
      .nullish()
      .describe('Media type. Only informative: the hub looks at the content.'),
    filename: z.string().max(255).nullish().describe('File name for people; never used as a path.'),
    bytes: z
      .int()
      .min(1)
      .nullish()
      .describe('Size in bytes, if known. Too large a file is rejected at once.'),
  })
  .meta({ id: 'CreateFileRequest' })

export const fileResourceSchema = z
  .strictObject({
    id: z.string().regex(FILE_ID_PATTERN),
    object: z.literal('file'),
    status: z.enum(FILE_STATUSES),
    filename: z.string().nullable(),
    content_type: z.string().nullable(),
    bytes: z.int().min(0).nullable(),
    sha256: z.string().nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    upload_url: z.string().nullable().describe('URL for the upload; null when the file is ready.'),
    method: z.literal('PUT'),
    direct_upload: z
      .strictObject({
        url: z.string().describe('Takes one PUT of exactly the announced `bytes`, without a key.'),
        complete_url: z.string().describe('Send a POST here when the PUT has succeeded.'),
        expires_at: z.iso.datetime(),
      })
      .nullable()
      .describe(
        'In the answer to an announcement with `bytes`: another way, straight to the bucket, where S3_DIRECT_UPLOADS allows it. null otherwise.',
      ),
    max_bytes: z.int().min(1),
  })
  .meta({ id: 'File', title: 'File' })

export type CreateFileRequest = z.input<typeof createFileRequestSchema>
export type FileResource = z.output<typeof fileResourceSchema>
