// The web page: one document and its files.
import { anyQuerySchema } from '../http-queries.ts'
import { BYTES, bytesContent, operation } from './operation.ts'

const documentHeaders = {
  'Content-Security-Policy': 'Allows scripts, styles and media of the hub only.',
  ETag: 'Changes with the page.',
}
const fileHeaders = { 'Cache-Control': 'Immutable, because the name changes with the content.' }

const document = {
  200: { description: 'The page.', headers: documentHeaders, content: bytesContent('text/html') },
  304: { description: 'Not changed.' },
  503: {
    description: 'The page was not built at installation.',
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
  304: { description: 'Not changed.' },
} as const

export const PAGE_OPERATIONS = {
  getPage: operation({
    method: 'GET',
    path: '/',
    tag: 'hub',
    summary: 'Open the page to make, watch and keep videos',
    description: 'The page for people; everything on it uses this API.',
    open: true,
    query: anyQuerySchema,
    responses: document,
  }),
  headPage: operation({
    method: 'HEAD',
    path: '/',
    tag: 'hub',
    summary: 'Read the headers of the page',
    description: 'As GET, without the document.',
    open: true,
    query: anyQuerySchema,
    responses: document,
  }),
  getPageFile: operation({
    method: 'GET',
    path: '/assets/{name}',
    tag: 'hub',
    summary: 'Read a file of the page',
    description: 'A script or a style of the page; its name holds its hash.',
    open: true,
    query: anyQuerySchema,
    responses: file,
  }),
  headPageFile: operation({
    method: 'HEAD',
    path: '/assets/{name}',
    tag: 'hub',
    summary: 'Read the headers of a file of the page',
    description: 'As GET, without the content.',
    open: true,
    query: anyQuerySchema,
    responses: file,
  }),
}
