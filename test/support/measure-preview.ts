// How well a preview speaks, measured on its finished frames: `node test/support/measure-preview.ts [--sentences N]
// [--portraits N]`. Prints one table. Voices and sentences are those the viseme network never heard; the gap below which lips
// count as shut is chosen on a third set. Needs espeak-ng, flite, festvox-ru, fortunes and Python (see training/visemes).

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { FPS } from '@infinitetalk/arithmetic'
import { VISEMES } from '../../src/engines/preview/speech/visemes.ts'
import type { Tools } from '../../src/media/tool.ts'
import { type FaceMeasure, measureFace } from './face-measures.ts'
import { compare } from './measure-sync.ts'
import { ROOT } from './run-infinitetalk.ts'
import { shippedTools } from './shipped-tools.ts'
import { voiceEnvelope } from './voice-envelope.ts'

const PORTRAITS = ['portrait.png', 'portrait-2.png', 'portrait-3.png']
const TUNING_SETS = ['tune-espeak', 'tune-russian']
const TEST_SETS = ['test-espeak', 'test-flite-awb', 'test-russian']

type Phone = readonly [start: number, end: number, viseme: number]

interface Take {
  readonly set: string
  readonly phones: readonly Phone[]
  readonly frames: readonly FaceMeasure[]
  readonly sync: { readonly r: number; readonly lag: number }
}

const LIPS = new Set(['PP'])
const TONGUE = new Set(['DD', 'nn', 'kk'])
/** A consonant this near to a bilabial or a pause may have the lips shut for its sake. */
const NEAR_SECONDS = 0.04
const LEAST_SECONDS = 0.03

/** The extreme of a measure over the frames that show the phones of some visemes. */
function overPhones(
  { phones, frames }: Take,
  visemes: ReadonlySet<string>,
  read: (part: readonly FaceMeasure[]) => number,
): number[] {
  const nameOf = (phone: Phone | undefined): string | undefined => VISEMES[phone?.[2] ?? -1]
  return phones.flatMap((phone, i) => {
    const [start, end] = phone
    if (!visemes.has(nameOf(phone) ?? '')) return []
    if (!visemes.has('PP')) {
      const beside = phones.slice(Math.max(0, i - 2), i + 3)
      const near = beside.some(
        (other) =>
          nameOf(other) === 'PP' &&
          Math.min(Math.abs(other[1] - start), Math.abs(other[0] - end)) < NEAR_SECONDS,
      )
      const paused = [phones[i - 1], phones[i + 1]].some((other) => nameOf(other) === 'sil')
      if (near || paused || end - start < LEAST_SECONDS) return []
    }
    const part = frames.slice(Math.floor(start * FPS), Math.ceil(end * FPS))
    return part.length === 0 ? [] : [read(part)]
  })
}

const smallestGap = (part: readonly FaceMeasure[]): number =>
  Math.min(...part.map(({ gap }) => gap))
const meanWidth = (part: readonly FaceMeasure[]): number => mean(part.map(({ width }) => width))

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]): number => {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN
const shareBelow = (values: readonly number[], limit: number): number =>
  values.filter((value) => value < limit).length / values.length

/** The chance that one of the first is larger than one of the second. */
function areaUnderCurve(larger: readonly number[], smaller: readonly number[]): number {
  const wins = larger.flatMap((a) => smaller.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)))
  return mean(wins)
}

/** So many t, d, k, g and n of the tuning sets may count as shut; 15 % are allowed in the test sets. */
const MOST_WRONG = 0.1

/** The widest gap that few enough sounds of the tongue stay below. The gap that parts the two best moves from run to run. */
function chooseLimit(takes: readonly Take[]): number {
  const tongue = takes.flatMap((take) => overPhones(take, TONGUE, smallestGap))
  return quantile(tongue, MOST_WRONG)
}

async function take(set: string, portrait: string, folder: string, tools: Tools): Promise<Take> {
  const audio = join(folder, `${set}.wav`)
  const video = join(folder, `${set}-${portrait}.mp4`)
  const command = [
    join(process.env.MEASURED_ROOT ?? ROOT, 'bin/infinitetalk.js'),
    'generate',
    '--engine',
    'preview',
    '--seed',
    '1',
  ]
  const inputs = [
    '-i',
    join(ROOT, 'examples', portrait),
    '-a',
    audio,
    '-o',
    video,
    '-w',
    '512',
    '-H',
    '512',
  ]
  await promisify(execFile)(process.execPath, [...command, ...inputs])
  const frames = await measureFace(video, tools)
  const voice = await voiceEnvelope(audio, FPS, tools.ffmpeg)
  const sync = compare(
    frames.map(({ gap }) => gap),
    voice,
  )
  const phones = JSON.parse(await readFile(join(folder, `${set}.json`), 'utf8')) as Phone[]
  return { set, phones, frames, sync: { r: sync.correlationAtZero, lag: sync.lagFrames } }
}

function report(takes: readonly Take[]): string {
  const tuning = takes.filter(({ set }) => TUNING_SETS.includes(set))
  const tests = takes.filter(({ set }) => TEST_SETS.includes(set))
  const limit = chooseLimit(tuning)
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
  const rows = TEST_SETS.map((set) => {
    const own = tests.filter((each) => each.set === set)
    const gaps = (visemes: ReadonlySet<string>): number[] =>
      own.flatMap((each) => overPhones(each, visemes, smallestGap))
    const widths = (viseme: string): number[] =>
      own.flatMap((each) => overPhones(each, new Set([viseme]), meanWidth))
    const [lips, tongue, spreadLips, rounded] = [gaps(LIPS), gaps(TONGUE), widths('I'), widths('U')]
    return [
      set.padEnd(16),
      `m/b/p shut ${percent(shareBelow(lips, limit))} (${lips.length})`,
      `t/d/k/g/n shut ${percent(shareBelow(tongue, limit))} (${tongue.length})`,
      `i wider than u: AUC ${areaUnderCurve(spreadLips, rounded).toFixed(2)} (${spreadLips.length}, ${rounded.length})`,
      `sync r ${own.map(({ sync }) => sync.r.toFixed(2)).join(' ')}, lag ${own.map(({ sync }) => sync.lag).join(' ')}`,
    ].join(' | ')
  })
  const perTake = (read: (frames: readonly FaceMeasure[]) => number): string => {
    const values = takes.map(({ frames }) => read(frames))
    return `${quantile(values, 0.5).toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`
  }
  return [
    `lips are shut below a gap of ${limit.toFixed(3)} of the forehead, chosen on ${TUNING_SETS.join(' and ')}`,
    ...rows,
    `lip gap / forehead, mean      ${perTake((f) => mean(f.map(({ gap }) => gap)))}`,
    `lip gap / forehead, p90       ${perTake((f) =>
      quantile(
        f.map(({ gap }) => gap),
        0.9,
      ),
    )}`,
    `mouth width / forehead, sd    ${perTake((f) => spread(f.map(({ width }) => width)))}`,
    `head yaw, sd in degrees       ${perTake((f) => spread(f.map(({ yaw }) => yaw)))}`,
    `head shift, sd in % of face   ${perTake((f) => 100 * Math.hypot(spread(f.map(({ x }) => x)), spread(f.map(({ y }) => y))))}`,
    `sync r, median of the takes   ${quantile(
      tests.map(({ sync }) => sync.r),
      0.5,
    ).toFixed(2)}`,
  ].join('\n')
}

const { values: options } = parseArgs({
  options: {
    sentences: { type: 'string', default: '8' },
    portraits: { type: 'string', default: '1' },
  },
})
const folder = await mkdtemp(join(tmpdir(), 'measure-preview-'))
try {
  const tools = await shippedTools()
  const speak = join(ROOT, 'training/visemes/held_out.py')
  await promisify(execFile)('python3', ['-B', speak, folder, options.sentences])
  const takes: Take[] = []
  for (const set of [...TUNING_SETS, ...TEST_SETS]) {
    for (const portrait of PORTRAITS.slice(0, Number(options.portraits))) {
      takes.push(await take(set, portrait, folder, tools))
    }
  }
  console.log(report(takes))
} finally {
  await rm(folder, { recursive: true, force: true })
}
