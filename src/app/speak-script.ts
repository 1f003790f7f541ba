// Makes the sound of a text, once: before its job exists, so that a retry, a re-take and a render that moves to another machine say
// the same. A script of two speakers becomes one sound with the list of its turns.
import { join } from 'node:path'
import { FPS } from '@infinitetalk/arithmetic'
import type { Cue, GenerationSpec, ScriptLine, ScriptSpec, Turn } from '@infinitetalk/contract'
import { AppError } from '../domain/errors.ts'
import type { Limits } from '../domain/limits.ts'
import { packSentences, sentencesOf, splitWords } from '../domain/split-text.ts'
import { type SpokenPiece, timeCues } from '../domain/time-cues.ts'
import type { Media, MediaJob } from './ports/media.ts'
import type { OpenSpeech, SpeechMaker } from './ports/speech.ts'

export interface SpeakPorts {
  readonly openSpeech: OpenSpeech
  readonly media: Pick<Media, 'joinSpeech'>
  readonly limits: Limits
}

export interface SpokenSpec {
  /** The request with the turns and the captions of the sound; its one voice is the file below. */
  readonly spec: GenerationSpec
  readonly path: string
}

/** OpenAI accepts 4096 characters, some models lose their way before. */
const PIECE_MAX_CHARS = 1500
/** Two lines of a caption. */
const CUE_MAX_CHARS = 80
/** People take turns within 0.2 to 0.5 s. */
const TURN_GAP_SECONDS = 0.35
const PIECE_GAP_SECONDS = 0.15

/** @throws AppError `speech_*`, `audio_too_long`, `disk_full`, `canceled` */
export async function speakScript(
  spec: GenerationSpec,
  script: ScriptSpec,
  job: MediaJob,
  ports: SpeakPorts,
): Promise<SpokenSpec> {
  return inTime(job, ports.limits, (timed) => speak(spec, script, timed, ports))
}

/** Only the sound, to be heard before a job is made of it. @returns the path of a WAV file @throws AppError as `speakScript` */
export async function soundOf(
  script: ScriptSpec,
  job: MediaJob,
  ports: SpeakPorts,
): Promise<string> {
  return inTime(job, ports.limits, async (timed) => {
    const { joined } = await speakPieces(script, timed, ports)
    return joined.path
  })
}

async function inTime<Made>(
  job: MediaJob,
  { speechTimeoutMs }: Limits,
  make: (timed: MediaJob) => Promise<Made>,
): Promise<Made> {
  const deadline = AbortSignal.timeout(speechTimeoutMs)
  const signal = AbortSignal.any([job.signal, deadline])
  try {
    return await make({ ...job, signal })
  } catch (error) {
    if (job.signal.aborted || !deadline.aborted) throw error
    const detail = `The text was not spoken within ${speechTimeoutMs / 1000} s: make it shorter, or raise INFINITETALK_LIMIT_SPEECH_TIMEOUT_MS.`
    throw new AppError('speech_failed', detail, { cause: error, pointer: '/audio/text' })
  }
}

async function speak(
  spec: GenerationSpec,
  script: ScriptSpec,
  job: MediaJob,
  ports: SpeakPorts,
): Promise<SpokenSpec> {
  const { speech, pieces, joined } = await speakPieces(script, job, ports)
  const all = pieces.flatMap((piece, index) => cuesOf(piece, joined.pieces[index]!, script))
  const cues = cuesUntil(all, spec.maxFrames === null ? joined.seconds : spec.maxFrames / FPS)
  const { dialogue } = spec
  const voice = { source: { kind: 'path', path: joined.path }, box: script.box } as const
  return {
    path: joined.path,
    spec: {
      ...spec,
      voices: [{ ...voice, speaker: script.lines[0]!.speaker }],
      ...(dialogue === undefined
        ? {}
        : { dialogue: { ...dialogue, turns: turnsOf(pieces, joined.pieces) } }),
      script: { ...script, spoken: { by: speech.name, cues } },
    },
  }
}

async function speakPieces(
  script: ScriptSpec,
  job: MediaJob,
  { openSpeech, media, limits }: SpeakPorts,
) {
  const speech = await openSpeech(job.signal)
  const pieces = piecesOf(script)
  const files: { path: string; gapSeconds: number }[] = []
  for (const [index, piece] of pieces.entries()) {
    const path = join(job.workDir, `spoken-${index}`)
    await speakPiece(piece, { path, script, speech, limits, signal: job.signal })
    files.push({ path, gapSeconds: gapAfter(piece, pieces[index + 1]) })
  }
  return { speech, pieces, joined: await media.joinSpeech(files, job) }
}

interface Piece extends ScriptLine {
  /** The number of its line in the script. */
  readonly line: number
}

function piecesOf({ lines, language }: ScriptSpec): readonly Piece[] {
  return lines.flatMap(({ speaker, text }, line) =>
    packSentences(sentencesOf(text, language), PIECE_MAX_CHARS, language).map((piece) => ({
      speaker,
      line,
      text: piece,
    })),
  )
}

interface Speaking {
  readonly path: string
  readonly script: ScriptSpec
  readonly speech: SpeechMaker
  readonly limits: Limits
  readonly signal: AbortSignal
}

async function speakPiece(
  { speaker, text }: Piece,
  { path: toPath, script, speech, limits, signal }: Speaking,
): Promise<void> {
  const isSecond = speaker === 'right' && script.lines.some((line) => line.speaker === 'left')
  await speech.speak({
    text,
    voice: script.voices[speaker],
    speakerIndex: isSecond ? 1 : 0,
    language: script.language,
    toPath,
    maxBytes: limits.audioMaxBytes,
    signal,
  })
}

function gapAfter({ line }: Piece, next: Piece | undefined): number {
  if (next === undefined) return 0
  return next.line === line ? PIECE_GAP_SECONDS : TURN_GAP_SECONDS
}

/** Neighbouring pieces of one line are one turn. */
function turnsOf(pieces: readonly Piece[], heard: readonly SpokenPiece[]): readonly Turn[] {
  const turns: { speaker: Turn['speaker']; fromSeconds: number; toSeconds: number }[] = []
  for (const [index, { speaker, line }] of pieces.entries()) {
    const { fromSeconds, toSeconds } = heard[index]!
    const last = turns.at(-1)
    if (last !== undefined && pieces[index - 1]?.line === line) last.toSeconds = toSeconds
    else turns.push({ speaker, fromSeconds, toSeconds })
  }
  return turns
}

function cuesOf(
  { speaker, text }: Piece,
  heard: SpokenPiece,
  { language }: ScriptSpec,
): readonly Cue[] {
  const parts = sentencesOf(text, language).flatMap((sentence) =>
    splitWords(sentence, CUE_MAX_CHARS, language),
  )
  return timeCues(parts, heard).map((span, index) => ({ ...span, speaker, text: parts[index]! }))
}

/** A video that is cut has no captions after its end. */
function cuesUntil(cues: readonly Cue[], end: number): readonly Cue[] {
  return cues
    .filter(({ fromSeconds }) => fromSeconds < end)
    .map((cue) => ({ ...cue, toSeconds: Math.min(cue.toSeconds, end) }))
}
