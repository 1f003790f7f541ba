// Makes a request for a queue on Beam from the command line. The parser of the API checks the options here, before any file is read
// and before Beam starts a machine for nothing.
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { GenerationSpec } from '@infinitetalk/contract'
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import type { RemoteRequest, RemoteSource } from '../app/ports/remote-queue.ts'
import { spoolInput } from '../app/spool-input.ts'
import { withWorkFolder } from '../app/work-folder.ts'
import { AppError } from '../domain/errors.ts'
import { type Invocation, optionName } from './command.ts'
import type { JOB_OPTIONS } from './job-options.ts'
import { mediaArguments } from './media-options.ts'
import { videoMembers, withoutUndefined } from './request-options.ts'
import { samplingMembers } from './sampling-options.ts'
import { sourceArgument } from './source-argument.ts'
import { SPEECH_OPTIONS } from './speech-options.ts'

/** Above the limit of every kind of input; those are checked afterwards. */
const MAX_STANDARD_INPUT_BYTES = 1024 ** 3

/** Content of standard input stays on the disk until `work` ends. @throws AppError of the request, and of `work` */
export async function withBeamRequest<T>(
  invocation: Invocation<typeof JOB_OPTIONS>,
  work: (request: RemoteRequest, spec: GenerationSpec) => Promise<T>,
): Promise<T> {
  const { options, services } = invocation
  const { kind, visual, voices } = mediaArguments(options)
  refuseHubOptions(options)
  const members = {
    ...videoMembers(options),
    ...samplingMembers(options),
    ...withoutUndefined({ workflow: options.workflow }),
  }
  const { currentFolder } = services
  const spec = await services.acceptRequest({
    ...members,
    [kind]: sourceArgument(visual, currentFolder),
    audio: voices.map(({ source, box }) => ({
      ...sourceArgument(source, currentFolder),
      ...(box === null ? {} : { box }),
    })),
  })
  return withWorkFolder({ workFolder: tmpdir() }, async (folder) => {
    const open = (text: string): Promise<RemoteSource> => openSource(text, folder, invocation)
    const opened = await open(visual)
    const heard: RemoteRequest['voices'][number][] = []
    for (const { source, box } of voices) heard.push({ source: await open(source), box })
    return work({ members, kind, visual: opened, voices: heard }, spec)
  })
}

async function openSource(
  text: string,
  folder: string,
  { terminal, services, signal }: Invocation,
): Promise<RemoteSource> {
  if (/^https?:\/\//i.test(text)) return { url: text }
  if (text !== STANDARD_INPUT) return { path: resolve(services.currentFolder, text) }
  const path = join(folder, 'standard-input')
  await spoolInput(terminal.stdin, path, MAX_STANDARD_INPUT_BYTES, signal)
  return { path }
}

/** A hub makes these from a text or a dialogue; a queue on Beam is sent finished voices. @throws AppError `usage` */
function refuseHubOptions(options: Invocation<typeof JOB_OPTIONS>['options']): void {
  for (const name of Object.keys(SPEECH_OPTIONS) as (keyof typeof SPEECH_OPTIONS)[]) {
    if (options[name] === undefined) continue
    const detail = `--${optionName(name)} needs a hub or "infinitetalk generate": with --beam, give voices.`
    throw new AppError('usage', detail)
  }
}
