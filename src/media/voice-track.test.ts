// The sound of segments laid end to end is the original sound: every packet once, at its time, without a seam.

import { readFile, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { drawPng } from '../../test/comfyui/standin/drawn-png.ts'
import { describeWith } from '../../test/support/requires.ts'
import { shippedTools } from '../../test/support/shipped-tools.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { WAV_HEADER_BYTES, wavFile } from '../../test/support/wav-file.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { encodeSegment, type SegmentToEncode } from './encode-segment.ts'
import { joinSegments } from './join-segments.ts'
import { probeVideo } from './probe-video.ts'
import { runTool } from './run-tool.ts'
import { fileArgument, inputArguments } from './tool-command.ts'
import { type SoundMemory, VoiceTrack } from './voice-track.ts'

const SAMPLE_RATE = 16_000
const FPS = 25
/** Neither windows nor packets end together. */
const LENGTHS = [31, 17, 2]
const SECONDS = 1.967
/** Silence until then, a tone from then on. */
const ONSET_SECONDS = 1.3

function passingMemory(): SoundMemory & { sound: string | null } {
  const memory = {
    sound: null as string | null,
    async keepSound(path: string): Promise<string> {
      memory.sound = path
      return path
    },
  }
  return memory
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the sound of segments', () => {
  const options = { signal: AbortSignal.timeout(60_000), timeoutMs: 60_000 }

  async function setUp() {
    const tools = await shippedTools()
    const folder = await createTestFolder()
    const voicePath = folder.path('voice.wav')
    const samples = Math.round(SECONDS * SAMPLE_RATE)
    const voice = wavFile({ sampleRate: SAMPLE_RATE, samples })
    voice.fill(0, WAV_HEADER_BYTES, WAV_HEADER_BYTES + ONSET_SECONDS * SAMPLE_RATE * 2)
    await writeFile(voicePath, voice)
    const media = { tools, limits: DEFAULT_LIMITS }
    const job = { workDir: folder.path('.'), signal: options.signal }
    return { tools, folder, voicePath, media, job }
  }

  async function makeAll() {
    const { tools, folder, voicePath, media, job } = await setUp()
    const request = { audioPaths: [voicePath], seconds: SECONDS, fps: FPS }
    const memory = passingMemory()
    await using track = new VoiceTrack(request, memory, media, job)
    const segmentPaths: string[] = []
    let firstFrame = 0
    for (const [index, frames] of LENGTHS.entries()) {
      const picturePaths: string[] = []
      for (let frame = 0; frame < frames; frame += 1) {
        const path = folder.path(`${index}-${frame}.png`)
        await writeFile(path, drawPng({ width: 64, height: 48, key: 'a', index: frame }))
        picturePaths.push(path)
      }
      const range = { firstFrame, frames, isLast: index === LENGTHS.length - 1 }
      const sound = await track.cut(range, folder.path(`${index}.aac`), options.signal)
      const toPath = folder.path(`${index}.mp4`)
      const silent = { picturePaths, fps: FPS, firstFrame, number: index + 1, toPath }
      const segment: SegmentToEncode = sound === null ? silent : { ...silent, sound }
      await encodeSegment(segment, tools.ffmpeg, options)
      segmentPaths.push(toPath)
      firstFrame += frames
      // The sound is kept by a cut that finds it whole, and before the last.
      while (index === 0 && memory.sound === null) {
        await track.cut(range, folder.path('until-whole.aac'), options.signal)
      }
    }
    const joined = folder.path('joined.mp4')
    await joinSegments(segmentPaths, joined, options.signal)
    return { ...tools, media, joined, memory, job, folder }
  }

  it('has every packet once, evenly timed from 0, beside every frame', async () => {
    const { ffprobe, joined } = await makeAll()
    const { shownAt } = await probeVideo(ffprobe, inputArguments(joined, 'mov'), options)
    expect(shownAt).toEqual(Array.from({ length: 50 }, (_, index) => index * 512))
    const args = ['-select_streams', 'a:0', '-show_entries', 'packet=pts', '-of', 'csv=p=0']
    const { stdout } = await runTool(ffprobe, [...args, '-i', fileArgument(joined)], options)
    const starts = stdout.toString().match(/\d+/g)!.map(Number)
    const count = Math.ceil((SECONDS * 48_000) / 1024)
    expect(starts).toEqual(Array.from({ length: count }, (_, index) => index * 1024))
  })

  it('is heard as one encoding, and when it was spoken', async () => {
    const { ffmpeg, joined, memory } = await makeAll()
    const samplesOf = async (path: string): Promise<Float32Array> => {
      const args = ['-i', fileArgument(path), '-map', '0:a:0', '-ac', '1', '-f', 'f32le', 'pipe:1']
      const { stdout } = await runTool(ffmpeg, args, { ...options, maxOutputBytes: 2 ** 24 })
      return new Float32Array(new Uint8Array(stdout).buffer)
    }
    const heard = await samplesOf(joined)
    const encoded = await samplesOf(memory.sound!)
    // The packet of silence before the first is left out; the first one after it has nothing to be blended with.
    const compared = heard.length - 1024
    expect(compared).toBeGreaterThan(80 * 1024)
    expect(heard.slice(1024)).toEqual(encoded.slice(2048, 2048 + compared))
    const onset = heard.findIndex((sample) => Math.abs(sample) > 0.05) / 48_000
    expect(onset).toBeGreaterThan(ONSET_SECONDS - 0.005)
    expect(onset).toBeLessThan(ONSET_SECONDS + 0.005)
  })

  it('is encoded once: an attempt that finds it whole cuts the same packets from it', async () => {
    const { media, memory, job, folder } = await makeAll()
    const request = { audioPaths: [folder.path('gone.wav')], seconds: SECONDS, fps: FPS }
    await using track = new VoiceTrack(request, memory, media, job)
    const [first = 0, second = 0] = LENGTHS
    const range = { firstFrame: first, frames: second, isLast: false }
    await track.cut(range, folder.path('again.aac'), options.signal)
    const again = await readFile(folder.path('again.aac'))
    expect(again.equals(await readFile(folder.path('1.aac')))).toBe(true)
  })

  it('is there for the first window long before an hour of it is encoded', async () => {
    const { media, job, folder, voicePath } = await setUp()
    const seconds = 3600
    const memory = passingMemory()
    {
      const request = { audioPaths: [voicePath], seconds, fps: FPS }
      await using track = new VoiceTrack(request, memory, media, job)
      for (const firstFrame of [0, 81]) {
        const range = { firstFrame, frames: 72, isLast: false }
        const sound = await track.cut(range, folder.path('early.aac'), options.signal)
        expect(sound).not.toBeNull()
      }
    }
    // A whole one would be kept by now.
    expect(memory.sound).toBeNull()
  })

  it('reports a voice that cannot be read where it is needed', async () => {
    const { media, job, folder } = await setUp()
    const request = { audioPaths: [folder.path('gone.wav')], seconds: SECONDS, fps: FPS }
    await using track = new VoiceTrack(request, passingMemory(), media, job)
    const range = { firstFrame: 0, frames: 2, isLast: false }
    await expect(track.cut(range, folder.path('no.aac'), options.signal)).rejects.toThrow()
  })
})
