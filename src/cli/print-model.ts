// Prints a model and its state for a person or, with --json, for a program.
import type { ModelState } from '@infinitetalk/contract'
import type { ModelStatus } from '../app/ports/models.ts'
import { formatBytes } from './print-video.ts'
import { printJson, printLine, type Terminal } from './terminal.ts'

const MARKS: Readonly<Record<ModelState, string>> = {
  present: '✅',
  unverified: '❔',
  missing: '·',
  partial: '⏸',
  wrong_size: '❌',
  stale: '⚠️',
  damaged: '❌',
  blocked: '❌',
}

const WORDS: Readonly<Record<ModelState, string>> = {
  present: 'verified',
  unverified: 'not verified',
  missing: 'missing',
  partial: 'partly downloaded',
  wrong_size: 'of the wrong size',
  stale: 'stale',
  damaged: 'damaged',
  blocked: 'blocked',
}

/** Width of the longest shipped name, so that columns align. */
const NAME_WIDTH = 27

export function printModel(terminal: Terminal, status: ModelStatus): void {
  const { model, state, path, bytesOnDisk, bytes, approximate, sha256, detail } = status
  printJson(terminal, {
    event: 'model',
    name: model.name,
    role: model.role,
    state,
    path,
    bytes_on_disk: bytesOnDisk,
    bytes,
    approximate,
    sha256,
    sets: model.sets,
    licence: model.licence,
    detail,
  })
  const why = detail === null ? '' : `: ${detail}`
  const size = sizeText(status).padStart(10)
  printLine(
    terminal,
    `${MARKS[state].padEnd(2)} ${model.name.padEnd(NAME_WIDTH)} ${size}  ${WORDS[state]}${why}`,
  )
}

function sizeText({ state, bytesOnDisk, bytes, approximate }: ModelStatus): string {
  if (state !== 'missing' && state !== 'partial' && state !== 'blocked') {
    return formatBytes(bytesOnDisk)
  }
  if (bytes === null) return '?'
  return `${approximate ? '~' : ''}${formatBytes(bytes)}`
}
