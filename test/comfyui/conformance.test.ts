// Compares the stand-in with real servers: repeats each recorded conversation with a real ComfyUI against it, request by request and
// message by message. conformance/exceptions.ts lists the differences that are ignored, each with its reason.
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { EXCEPTIONS, findException } from './conformance/exceptions.ts'
import { RecordedMedia } from './conformance/recorded-media.ts'
import { readLines, readRecording, recordingNames } from './conformance/recording.ts'
import { replay } from './conformance/replay.ts'
import { setScene, startFor } from './conformance/scenes.ts'
import { combinedFrames } from './standin/combined-frames.ts'
import { Media } from './standin/media.ts'
import { type ComfyVersion, RECORDED_VERSIONS } from './standin/stand-in.ts'

/** The normal suite replays the newest of the conversations that several versions had, `npm run test:long` all. */
function replayedOf(version: ComfyVersion): readonly string[] {
  const names = recordingNames(version)
  if (process.env.INFINITETALK_TEST_LONG === '1') return names
  const newer = RECORDED_VERSIONS.slice(RECORDED_VERSIONS.indexOf(version) + 1)
  const replaced = new Set(newer.flatMap(recordingNames))
  return names.filter((name) => !replaced.has(name))
}

/** A recording that goes on where another one ended. */
const CONTINUES: Readonly<Record<string, string>> = {
  p5b_real_multi_no_masks_again: 'p5_real_multi_no_masks',
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'the stand-in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-media-'))
  const media = { files: new RecordedMedia(folder), tools: new Media() }
  afterAll(() => rm(folder, { recursive: true, force: true }))

  describe.each(RECORDED_VERSIONS)('as ComfyUI %s', (version) => {
    it.each(replayedOf(version))('says and does what was recorded: %s', async (name) => {
      expect(await replayRecording(version, name, media)).toEqual([])
    })
  })
})

it.each(EXCEPTIONS)('$request of $recording is still excepted for a reason', (exception) => {
  const names = RECORDED_VERSIONS.flatMap((version) =>
    recordingNames(version)
      .filter((name) => exception.recording.test(name))
      .map((name) => readRecording(version, name)),
  )
  const matches = names.some(({ name, events }) =>
    events.some(
      (event) => event.kind === 'http' && findException(name, event) === exception.reason,
    ),
  )
  expect(matches).toBe(true)
})

describe('frames of a combined video', () => {
  it.each(readLines<RecordedLength>('0.28.0', 'r_vhs_lengths'))(
    'of $framesIn frames and $audioSeconds s are $framesOut',
    ({ framesIn, audioSeconds, trimToAudio, framesOut }) => {
      const sound = audioSeconds === null ? null : { seconds: audioSeconds, trim: trimToAudio }
      expect(combinedFrames(framesIn, 25, sound)).toBe(framesOut)
    },
  )
})

interface RecordedLength {
  readonly framesIn: number
  /** Null: no sound. */
  readonly audioSeconds: number | null
  readonly trimToAudio: boolean
  readonly framesOut: number
}

/** Shared by all replays: files are made once and measured once. */
interface SharedMedia {
  readonly files: RecordedMedia
  readonly tools: Media
}

async function replayRecording(
  version: ComfyVersion,
  name: string,
  media: SharedMedia,
): Promise<readonly string[]> {
  const folder = await createTestFolder()
  const before = CONTINUES[name]
  const names = before === undefined ? [name] : [before, name]
  const recordings = names.map((one) => readRecording(version, one))
  await using server = await startFor(recordings, media.tools)
  const found: string[] = []
  for (const recording of recordings) {
    const scene = await setScene(server, recording, media.files, folder.path('spool'))
    found.push(...(await replay(recording, scene)))
  }
  return found
}
