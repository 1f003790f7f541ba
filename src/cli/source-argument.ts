// An input as typed on the command line: an http(s) URL, a file, or `-` for standard input.
import { resolve } from 'node:path'
import { STANDARD_INPUT } from '../app/generate-to-file.ts'

/** The wire form of a source, for a request body. */
export type SourceArgument = { readonly url: string } | { readonly path: string }

export function sourceArgument(text: string, currentFolder: string): SourceArgument {
  if (/^https?:\/\//i.test(text)) return { url: text }
  return { path: text === STANDARD_INPUT ? text : resolve(currentFolder, text) }
}
