// `--beam`: the same commands at what is deployed on Beam, with no hub in between. Which queue or endpoint, how it is called, and
// how the next command about the same task is written.
import { AppError } from '../domain/errors.ts'
import type { Invocation, OptionDefinition } from './command.ts'
import type { RemoteLocation } from './services.ts'

export const BEAM_OPTION: OptionDefinition = {
  name: 'beam',
  help: 'On Beam, without a hub (BEAM_TOKEN); ID is a task of Beam then.',
}

export const BEAM_SUBMIT_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'beam',
    help: 'To Beam, without a hub (BEAM_TOKEN); --url is what is called there.',
  },
  {
    name: 'queue',
    value: 'NAME',
    help: 'Its task queue: NAME, NAME/v3 or id/STUB (default BEAM_QUEUE).',
  },
  {
    name: 'endpoint',
    value: 'NAME',
    help: 'An endpoint instead, which answers with the video within 10 min.',
  },
  {
    name: 'seconds-per-window',
    value: 'S',
    help: 'What its machine takes, to know whether that is enough.',
  },
]

const ONLY_WITH_BEAM = ['queue', 'endpoint', 'seconds-per-window'] as const

/** @throws AppError `usage` for options that mean nothing then */
export function usesBeam({ arguments: given, services }: Invocation): boolean {
  const url = given.text('url')
  if (given.flag('beam') || (url !== undefined && services.kindOnBeam(url) !== null)) return true
  const stray = ONLY_WITH_BEAM.find((name) => given.text(name) !== undefined)
  if (stray !== undefined) throw new AppError('usage', `--${stray} goes with --beam.`)
  return false
}

/** @throws AppError `usage` */
export function usesEndpoint({ arguments: given, services }: Invocation): boolean {
  const url = given.text('url')
  const endpoint = given.text('endpoint')
  if (endpoint !== undefined && (url !== undefined || given.text('queue') !== undefined)) {
    throw new AppError('usage', 'Give one of --endpoint, --queue and --url.')
  }
  return endpoint !== undefined || (url !== undefined && services.kindOnBeam(url) === 'endpoint')
}

export function beamLocation({ arguments: given }: Invocation): RemoteLocation {
  return {
    url: given.text('url') ?? null,
    name: given.text('endpoint') ?? given.text('queue') ?? null,
    token: given.text('token') ?? null,
  }
}

/** The one positional of these commands. @throws AppError `usage` */
export function taskId({ arguments: given }: Invocation): string {
  const id = given.positionals[0] ?? ''
  if (/^[A-Za-z0-9_-]{1,100}$/.test(id)) return id
  throw new AppError('usage', `"${id}" is not the id of a task.`)
}

/** As it is typed: `infinitetalk wait --beam ID`. */
export function nextCommand(
  { arguments: given }: Pick<Invocation, 'arguments'>,
  verb: string,
  id: string,
): string {
  const url = given.text('url')
  return `infinitetalk ${verb} --beam${url === undefined ? '' : ` --url ${withoutToken(url)}`} ${id}`
}

/** Beam's own clients put tokens behind the question mark, and what is printed ends in logs. */
function withoutToken(text: string): string {
  const url = URL.parse(text)
  return url === null ? text : `${url.origin}${url.pathname}`
}

/** The commands to type after an error that may leave tasks running. Empty when there are none. */
export function aboutCandidates(
  { meta: { candidates } }: AppError,
  invocation: Pick<Invocation, 'arguments'>,
  verb: string,
): string {
  if (!Array.isArray(candidates) || candidates.length === 0) return ''
  const [first, ...others] = candidates.map((id) => `"${nextCommand(invocation, verb, id)}"`)
  return others.length === 0 ? `${first}` : `${first} (or one of ${others.length} other tasks)`
}
