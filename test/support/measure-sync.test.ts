// Tests the measure itself: a clip whose mouth is late by a known time must be measured as late by that time.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findTools } from '../../src/media/find-tools.ts'
import { runTool } from '../../src/media/run-tool.ts'
import type { Tools } from '../../src/media/tool.ts'
import { fileArgument } from '../../src/media/tool-command.ts'
import { examplePath } from './face-pictures.ts'
import { compare, measureSync } from './measure-sync.ts'
import { voiceEnvelope } from './voice-envelope.ts'

const FPS = 25
const options = { signal: new AbortController().signal, timeoutMs: 30_000 }
let folder: string
let tools: Tools
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'measure-sync-'))
  tools = await findTools({
    ffmpegPath: null,
    ffprobePath: null,
    searchPath: process.env.PATH ?? '',
  })
})
afterAll(() => rm(folder, { recursive: true }))

describe('the comparison', () => {
  const voice = Array.from({ length: 150 }, (_, i) => -20 + 10 * Math.sin(i ** 1.3 / 4))

  it.each([-5, 0, 1, 5])('finds a mouth that is %i frames behind the voice', (behind) => {
    const openings = voice.map((_, i) => (voice[i - behind] ?? -30) / 100)
    const { lagFrames, correlation, shuffledControl } = compare(openings, voice)
    expect(lagFrames).toBe(behind)
    expect(correlation).toBeGreaterThan(0.99)
    expect(Math.abs(shuffledControl)).toBeLessThan(0.1)
  })

  it('finds nothing in a mouth that does not move', () => {
    const openings = voice.map(() => 0.1)
    expect(compare(openings, voice).correlation).toBeCloseTo(0)
  })
})

describe('the envelope', () => {
  it('hears what opens a mouth, and neither hum nor hiss', async () => {
    const path = join(folder, 'tones.wav')
    await makeSound(path, [tone(100, 0.4), tone(1000, 0.4), tone(6000, 0.4)])
    const levels = await voiceEnvelope(path, FPS, tools.ffmpeg)
    expect(levels).toHaveLength(30)
    const [hum, vowel, hiss] = [levels[5]!, levels[15]!, levels[25]!]
    expect(vowel - hum).toBeCloseTo(35, 0)
    expect(vowel - hiss).toBeCloseTo(35, 0)
  })
})

describe('a clip', () => {
  const talk = 'between(mod(t,1.1),0,0.4)+between(mod(t,1.7),0.6,0.9)'

  it('whose mouth follows the sound 120 ms late is 3 frames late', async () => {
    const sound = join(folder, 'talk.wav')
    const video = join(folder, 'talk.mp4')
    await makeSound(sound, [`aevalsrc='0.5*(${talk})*sin(6283*t)':s=16000:d=4`])
    await makeClip(video, talk.replaceAll('mod(t', 'mod(t-0.12'))
    const { lagFrames, correlation, frames } = await measureSync(video, sound, tools)
    expect(frames).toBe(100)
    expect(lagFrames).toBe(3)
    expect(correlation).toBeGreaterThan(0.8)
  })
})

function tone(hertz: number, seconds: number): string {
  return `aevalsrc='0.5*sin(2*PI*${hertz}*t)':s=16000:d=${seconds}`
}

async function makeSound(path: string, parts: readonly string[]): Promise<void> {
  const labels = parts.map((part, i) => `${part}[a${i}]`).join(';')
  const joined = `${parts.map((_, i) => `[a${i}]`).join('')}concat=n=${parts.length}:v=0:a=1`
  await runTool(
    tools.ffmpeg,
    ['-filter_complex', `${labels};${joined}`, fileArgument(path)],
    options,
  )
}

/** The shipped portrait, with an open mouth painted on it whenever the expression over time `t` is not 0. */
async function makeClip(path: string, isOpen: string): Promise<void> {
  const shut = join(folder, 'shut.png')
  const open = join(folder, 'open.png')
  await sharp(examplePath('portrait.png')).resize(512).toFile(shut)
  const mouth = `<svg xmlns="http://www.w3.org/2000/svg" width="768" height="768">
    <ellipse cx="384" cy="545" rx="55" ry="38" fill="#c06058"/>
    <ellipse cx="384" cy="545" rx="46" ry="26" fill="#301010"/></svg>`
  const painted = await sharp(examplePath('portrait.png'))
    .composite([{ input: Buffer.from(mouth) }])
    .png()
    .toBuffer()
  await sharp(painted).resize(512).toFile(open)
  const still = ['-loop', '1', '-framerate', `${FPS}`, '-t', '4']
  await runTool(
    tools.ffmpeg,
    [
      ...[...still, '-i', fileArgument(shut), ...still, '-i', fileArgument(open)],
      ...['-filter_complex', `[0][1]overlay=enable='${isOpen}'`],
      ...['-pix_fmt', 'yuv420p', '-r', `${FPS}`, fileArgument(path)],
    ],
    options,
  )
}
