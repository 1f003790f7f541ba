// The programs of a machine that speak: how each is called. The text goes to standard input or into a file, never into the arguments.
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'

export const PROGRAM_NAMES = ['piper', 'espeak-ng', 'say'] as const
export type ProgramName = (typeof PROGRAM_NAMES)[number]

export interface ProgramCall {
  readonly voice: string | null
  readonly speakerIndex: 0 | 1
  readonly language: string | null
  readonly toPath: string
  /** The text as a file, for a program that does not read standard input. */
  readonly textPath: string
  readonly voicesDir: string | null
}

export interface ProgramDefinition {
  /** Where the text goes. */
  readonly reads: 'stdin' | 'file'
  /** @throws AppError `speech_refused`, `speech_unavailable` */
  arguments(call: ProgramCall): readonly string[]
}

export const PROGRAMS: Readonly<Record<ProgramName, ProgramDefinition>> = {
  piper: {
    reads: 'stdin',
    arguments: ({ voice, language, toPath, voicesDir }) => [
      ...['--model', piperModel(voice, language, voicesDir)],
      ...['--output_file', toPath],
    ],
  },
  'espeak-ng': {
    reads: 'stdin',
    arguments: ({ voice, speakerIndex, language, toPath }) => {
      const tag = language?.toLowerCase() ?? null
      // The second speaker of a script must sound like another person.
      const name = voice ?? (speakerIndex === 0 ? tag : `${tag ?? 'en'}+f3`)
      return [...(name === null ? [] : ['-v', name]), '-w', toPath, '--stdin']
    },
  },
  say: {
    reads: 'file',
    arguments: ({ voice, toPath, textPath }) => [
      ...(voice === null ? [] : ['-v', voice]),
      ...['--file-format=WAVE', '--data-format=LEI16@22050', '-o', toPath, '-f', textPath],
    ],
  },
}

/** A voice of piper is a file of the configured folder; its language is part of the voice. */
function piperModel(
  voice: string | null,
  language: string | null,
  voicesDir: string | null,
): string {
  if (voicesDir === null) {
    throw new AppError(
      'speech_unavailable',
      'piper needs SPEECH_VOICES_DIR, the folder of its voices.',
    )
  }
  if (voice === null) {
    const asked = language === null ? '' : ` for the language "${language}"`
    throw new AppError(
      'speech_refused',
      `piper needs a voice${asked}: give "voice", or set SPEECH_VOICE.`,
      {
        pointer: '/audio/voice',
      },
    )
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_.+-]*$/.test(voice)) {
    throw new AppError('speech_refused', `"${voice}" is not the name of a voice of piper.`, {
      pointer: '/audio/voice',
    })
  }
  return join(voicesDir, `${voice}.onnx`)
}
