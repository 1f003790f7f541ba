// Makes a job for a hub from the command line. Files of this machine are opened here and sent; the hub fetches URLs.
import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { InfiniteTalkClient, LocalVoice } from '@infinitetalk/client'
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import { AppError } from '../domain/errors.ts'
import type { Invocation } from './command.ts'
import type { JOB_OPTIONS } from './job-options.ts'
import { mediaArguments, type VoiceArgument } from './media-options.ts'
import { videoMembers, withoutUndefined } from './request-options.ts'
import { samplingMembers } from './sampling-options.ts'
import { textMember, turnMembers } from './speech-options.ts'

/** The media that the client sends for us. */
type RunInput = Parameters<InfiniteTalkClient['sendMedia']>[0]
type MediaInput = { readonly url: string } | File | AsyncIterable<Uint8Array>

/** The body, with media of this machine opened but not read. @throws AppError `usage`, `path_not_found`, `path_unreadable` */
export async function jobInput(invocation: Invocation<typeof JOB_OPTIONS>): Promise<RunInput> {
  const { options } = invocation
  const { kind, visual, voices } = mediaArguments(options)
  // Wrong options are reported before any file is touched.
  const members = { ...videoMembers(options), ...samplingMembers(options) }
  const text = await textMember(invocation)
  const turns = turnMembers(options)
  const [voice, ...others] = await Promise.all(
    voices.map((argument) => openVoice(argument, turns, invocation)),
  )
  return {
    ...members,
    ...withoutUndefined({
      input_type: kind === 'video' ? 'video' : undefined,
      workflow: options.workflow,
    }),
    [kind]: await openMedia(visual, invocation),
    audio: text ?? (others.length === 0 ? voice! : [voice!, ...others]),
  }
}

async function openVoice(
  { source, box }: VoiceArgument,
  turns: Record<string, unknown> | null,
  invocation: Invocation,
): Promise<MediaInput | LocalVoice> {
  const content = await openMedia(source, invocation)
  const members = turns ?? (box === null ? null : { box })
  if (members === null) return content
  return 'url' in content ? { ...content, ...members } : { content, ...members }
}

async function openMedia(text: string, { terminal, services }: Invocation): Promise<MediaInput> {
  if (/^https?:\/\//i.test(text)) return { url: text }
  if (text === STANDARD_INPUT) return terminal.stdin as AsyncIterable<Uint8Array>
  return openFile(resolve(services.currentFolder, text), text)
}

/** Not read into memory: the bytes come from the disk as they are sent. */
export async function openFile(path: string, shownName: string): Promise<File> {
  let isFile: boolean
  try {
    isFile = (await stat(path)).isFile()
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    if (missing) throw new AppError('path_not_found', `${shownName} does not exist.`, { cause })
    throw new AppError('path_unreadable', `${shownName} cannot be read.`, { cause })
  }
  if (!isFile) throw new AppError('path_unreadable', `${shownName} is not a file.`)
  try {
    return new File([await openAsBlob(path)], basename(path))
  } catch (cause) {
    throw new AppError('path_unreadable', `${shownName} cannot be read.`, { cause })
  }
}
