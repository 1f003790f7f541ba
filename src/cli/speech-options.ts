// Words instead of a voice, two people in one voice, and captions, as options. They become members of the request that the API takes.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { STANDARD_INPUT } from '../app/generate-to-file.ts'
import { AppError } from '../domain/errors.ts'
import type { Invocation, OptionDefinitions, OptionKind } from './command.ts'
import type { MEDIA_OPTIONS } from './media-options.ts'
import { type Box, choice } from './option-kinds.ts'
import { withoutUndefined } from './request-options.ts'

interface TurnArgument {
  readonly speaker: 'left' | 'right'
  readonly from_s: number
  readonly to_s: number
}

const TURN = /^(left|right):(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/

const TURNS: OptionKind<readonly TurnArgument[]> = {
  needs: 'turns such as left:0-2.5,right:2.5-4',
  read(text) {
    const turns = text.split(',').map((part) => TURN.exec(part.trim()))
    if (turns.some((turn) => turn === null)) return undefined
    return turns.map((turn) => ({
      speaker: turn![1] as 'left' | 'right',
      from_s: Number(turn![2]),
      to_s: Number(turn![3]),
    }))
  },
}

export const SPEECH_OPTIONS = {
  text: {
    value: 'TEXT',
    help: 'Words to speak instead of --audio. Lines that begin with A: and B: are two people.',
  },
  textFile: { value: 'FILE', help: 'The same, from a file.' },
  voice: {
    value: 'NAME',
    help: 'The voice of the text, as the speech server or program names it.',
  },
  voice2: { value: 'NAME', help: 'The voice of B.' },
  language: { value: 'TAG', help: 'The language of the text, such as en-US.' },
  captions: {
    value: 'HOW',
    kind: choice(['burn', 'file']),
    help: 'Captions of the text: burn them in, or only write .srt and .vtt beside the video.',
  },
  turns: {
    value: 'LIST',
    kind: TURNS,
    help: 'Two people in one --audio: who speaks when, such as left:0-2.5,right:2.5-4.',
  },
} satisfies OptionDefinitions

type SpeechOptions = typeof SPEECH_OPTIONS & typeof MEDIA_OPTIONS

/** A text file is read whole; the parser of requests checks the exact length. */
const TEXT_FILE_MAX_CHARS = 1_000_000

/** The member `audio` of a text; null without one. @throws AppError `usage`, `path_not_found`, `path_unreadable` */
export async function textMember({
  options,
  services,
}: Pick<Invocation<SpeechOptions>, 'options' | 'services'>): Promise<Record<
  string,
  unknown
> | null> {
  const { text, textFile, voice, voice2, language, box, box2 } = options
  if (text !== undefined && textFile !== undefined) {
    throw new AppError('usage', 'Give --text or --text-file, not both.')
  }
  if (text === undefined && textFile === undefined) {
    const names = { voice, voice2, language }
    for (const [name, value] of Object.entries(names)) {
      if (value === undefined) continue
      throw new AppError('usage', `--${name.replace('2', '-2')} is only for --text or --text-file.`)
    }
    return null
  }
  if (voice2 !== undefined && voice === undefined) {
    throw new AppError('usage', '--voice-2 needs --voice.')
  }
  const words = text ?? (await readText(textFile!, services.currentFolder))
  return withoutUndefined<unknown>({
    text: words,
    voice: voice2 === undefined ? voice : [voice, voice2],
    language,
    ...boxMembers(box, box2, /^[ \t]*B:/m.test(words)),
  })
}

/** The members that make one voice a dialogue. @throws AppError `usage` */
export function turnMembers({
  turns,
  audio2,
  box,
  box2,
}: Pick<Invocation<SpeechOptions>['options'], 'turns' | 'audio2' | 'box' | 'box2'>): Record<
  string,
  unknown
> | null {
  if (turns === undefined) return null
  if (audio2 !== undefined) {
    throw new AppError('usage', '--turns is for one --audio with both people, not for --audio-2.')
  }
  return withoutUndefined<unknown>({ turns, ...boxMembers(box, box2, true) })
}

function boxMembers(
  left: Box | undefined,
  right: Box | undefined,
  isTwo: boolean,
): Record<string, unknown> {
  if (!isTwo && right === undefined) return { box: left }
  if (left === undefined && right === undefined) return {}
  return { boxes: withoutUndefined<unknown>({ left, right }) }
}

async function readText(name: string, currentFolder: string): Promise<string> {
  if (name === STANDARD_INPUT) {
    throw new AppError('usage', '--text-file needs a file; standard input is only for media.')
  }
  try {
    const text = await readFile(resolve(currentFolder, name), 'utf8')
    return text.slice(0, TEXT_FILE_MAX_CHARS)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const code = missing ? 'path_not_found' : 'path_unreadable'
    throw new AppError(code, `${name} ${missing ? 'does not exist' : 'cannot be read'}.`, { cause })
  }
}
