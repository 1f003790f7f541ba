// The page for people: one document, and the files it is made of.
import { anyQuerySchema } from '../http-queries.ts'
import { BYTES, bytesContent, operation } from './operation.ts'

const documentHeaders = {
  'Content-Security-Policy': 'No script, style or media but those of the hub itself.',
  ETag: 'Changes with the page.',
}
const fileHeaders = { 'Cache-Control': 'Immutable: the name changes with the content.' }

const document = {
  200: { description: 'The page.', headers: documentHeaders, content: bytesContent('text/html') },
  304: { description: 'It has not changed.' },
  503: {
    description: 'The page was not built where the hub was installed.',
    content: bytesContent('text/html'),
  },
}

const file = {
  200: {
    description: 'The file.',
    headers: fileHeaders,
    content: {
      'text/javascript': { schema: BYTES },
      'text/css': { schema: BYTES },
      'image/svg+xml': { schema: BYTES },
    },
  },
  304: { description: 'It has not changed.' },
} as const

export const PAGE_OPERATIONS = {
  getPage: operation({
    method: 'GET',
    path: '/',
    tag: 'hub',
    summary: 'The page: make, watch and keep videos in a browser',
    open: true,
    query: anyQuerySchema,
    responses: document,
  }),
  headPage: operation({
    method: 'HEAD',
    path: '/',
    tag: 'hub',
    summary: 'The header of the page alone',
    open: true,
    query: anyQuerySchema,
    responses: document,
  }),
  getPageFile: operation({
    method: 'GET',
    path: '/assets/{name}',
    tag: 'hub',
    summary: 'A file of the page',
    open: true,
    query: anyQuerySchema,
    responses: file,
  }),
  headPageFile: operation({
    method: 'HEAD',
    path: '/assets/{name}',
    tag: 'hub',
    summary: 'The header of a file of the page alone',
    open: true,
    query: anyQuerySchema,
    responses: file,
  }),
}
