// Sound: loading with the errors of the real node, and passing it on.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { NotMedia } from './media.ts'
import { type NodeBehaviour, type NodeCall, NodeError, type NodeResult } from './run-context.ts'
import { type Audio, ofKind, toNumber, toText, type Value } from './values.ts'

/** MelBandRoFormer works at this rate. */
const VOCALS_RATE = 44_100

export const SOUND_NODES: Readonly<Record<string, NodeBehaviour>> = {
  LoadAudio: loadAudio,
  TrimAudioDuration: trim,
  AudioConcat: ({ inputs }) => {
    const [first, second] = [audioOf(inputs.audio1), audioOf(inputs.audio2)]
    const seconds = first.seconds + second.seconds
    return { outputs: [{ ...first, seconds, trace: `${first.trace}+${second.trace}` }] }
  },
  AudioEncoderEncode: ({ inputs }) => ({
    outputs: [{ kind: 'audio_features', trace: audioOf(inputs.audio).trace ?? '' }],
  }),
  MelBandRoFormerSampler: async ({ inputs, run }) => {
    const audio = audioOf(inputs.audio)
    const bar = run.bar(1)
    await run.pause(run.speed.msPerNode)
    bar.update(1)
    const vocals: Audio = { ...audio, sampleRate: VOCALS_RATE }
    return { outputs: [vocals, vocals] }
  },
}

export function audioOf(value: Value | undefined): Audio {
  const audio = ofKind(value, 'audio')
  if (audio === null) throw new NodeError('TypeError', "'NoneType' object is not subscriptable")
  return audio
}

async function loadAudio({ inputs, run }: NodeCall): Promise<NodeResult> {
  const name = toText(inputs.audio)
  const file = run.findFile(name)
  if (file === null)
    throw new NodeError('FileNotFoundError', `[Errno 2] No such file or directory: '${name}'`)
  return { outputs: [await readAudio(file, run)] }
}

function trim({ inputs }: NodeCall): NodeResult {
  const audio = audioOf(inputs.audio)
  const start = toNumber(inputs.start_index, 0)
  const end = Math.min(audio.seconds, start + toNumber(inputs.duration, 60))
  if (start >= end) {
    const text = 'AudioTrim: Start time must be less than end time and be within the audio length.'
    throw new NodeError('ValueError', text)
  }
  const trace = `${audio.trace}[${start.toFixed(2)},${end.toFixed(2)}]`
  return { outputs: [{ ...audio, seconds: end - start, trace }] }
}

export async function readAudio(file: string, run: NodeCall['run']): Promise<Audio> {
  const facts = await run.media.sound(file, run.signal).catch((error) => {
    if (!(error instanceof NotMedia)) throw error
    const text = `[Errno 1094995529] Invalid data found when processing input: '${file}'`
    throw new NodeError('av.error.InvalidDataError', text)
  })
  if (facts === null) throw new NodeError('ValueError', 'No audio stream found in the file.')
  const trace = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16)
  return { kind: 'audio', ...facts, files: [file], mix: 'para', trace }
}
