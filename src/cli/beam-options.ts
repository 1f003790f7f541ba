// `--beam`: the same commands on a deployment on Beam, without a hub. This file names the queue or endpoint, chooses how it is
// called, and writes the next command about the same task.
import { AppError } from '../domain/errors.ts'
import { type Invocation, type OptionDefinitions, type OptionsOf, optionName } from './command.ts'
import { HUB_OPTIONS } from './connect-hub.ts'
import { SECONDS } from './option-kinds.ts'
import type { RemoteLocation } from './services.ts'

/** The options of the commands about one task. */
export const TASK_OPTIONS = {
  ...HUB_OPTIONS,
  beam: { help: 'On Beam, without a hub (BEAM_TOKEN); ID is then a task of Beam.' },
} satisfies OptionDefinitions

export const BEAM_SUBMIT_OPTIONS = {
  ...HUB_OPTIONS,
  beam: { help: 'To Beam, without a hub (BEAM_TOKEN); --url is then the URL of Beam.' },
  queue: {
    value: 'NAME',
    help: 'Task queue on Beam: NAME, NAME/v3 or id/STUB (default BEAM_QUEUE).',
  },
  endpoint: {
    value: 'NAME',
    help: 'An endpoint instead, which answers with the video within 10 min.',
  },
  secondsPerWindow: {
    value: 'S',
    kind: SECONDS,
    help: 'Speed of the endpoint, to check that 10 min are enough.',
  },
} satisfies OptionDefinitions

type BeamOptions = OptionsOf<typeof TASK_OPTIONS> &
  Partial<OptionsOf<Omit<typeof BEAM_SUBMIT_OPTIONS, keyof typeof TASK_OPTIONS>>> & {
    readonly watch?: boolean
  }

interface BeamInvocation extends Pick<Invocation, 'services'> {
  readonly options: BeamOptions
}

/** @throws AppError `usage` for options that need Beam */
export function usesBeam({ options, services }: BeamInvocation): boolean {
  const { url, beam, watch = false } = options
  if (beam || (url !== undefined && services.kindOnBeam(url) !== null)) {
    if (watch)
      throw new AppError('usage', '--watch needs a hub: Beam shows no video while it renders.')
    return true
  }
  const onlyWithBeam = ['queue', 'endpoint', 'secondsPerWindow'] as const
  const stray = onlyWithBeam.find((key) => options[key] !== undefined)
  if (stray !== undefined) throw new AppError('usage', `--${optionName(stray)} needs --beam.`)
  return false
}

/** @throws AppError `usage` */
export function usesEndpoint({ options, services }: BeamInvocation): boolean {
  const { url, endpoint, queue } = options
  if (endpoint !== undefined && (url !== undefined || queue !== undefined)) {
    throw new AppError('usage', 'Give one of --endpoint, --queue and --url.')
  }
  return endpoint !== undefined || (url !== undefined && services.kindOnBeam(url) === 'endpoint')
}

export function beamLocation({ url, token, endpoint, queue }: BeamOptions): RemoteLocation {
  return { url: url ?? null, name: endpoint ?? queue ?? null, token: token ?? null }
}

/** @param id the argument of the command. @throws AppError `usage` */
export function checkTaskId(id: string): string {
  if (/^[A-Za-z0-9_-]{1,100}$/.test(id)) return id
  throw new AppError('usage', `"${id}" is not the id of a task.`)
}

/** As it is typed: `infinitetalk wait --beam ID`. */
export function nextCommand({ url }: Pick<BeamOptions, 'url'>, verb: string, id: string): string {
  return `infinitetalk ${verb} --beam${url === undefined ? '' : ` --url ${withoutToken(url)}`} ${id}`
}

/** Beam's own clients put tokens into the query, and printed URLs end in logs. */
function withoutToken(text: string): string {
  const url = URL.parse(text)
  return url === null ? text : `${url.origin}${url.pathname}`
}

/** The commands to type after an error that may leave tasks running. Empty when there are none. */
export function aboutCandidates(
  { meta: { candidates } }: AppError,
  options: Pick<BeamOptions, 'url'>,
  verb: string,
): string {
  if (!Array.isArray(candidates) || candidates.length === 0) return ''
  const [first, ...others] = candidates.map((id) => `"${nextCommand(options, verb, id)}"`)
  return others.length === 0 ? `${first}` : `${first} (or one of ${others.length} other tasks)`
}
