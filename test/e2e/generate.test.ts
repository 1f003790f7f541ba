// The product's first promise, on the real program: a picture and a voice go in, a talking video comes out; and whatever
// goes wrong, a person is told and nothing is left behind.

import { spawnSync } from 'node:child_process'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { wavFile } from '../support/wav-file.ts'

const PORTRAIT = join(ROOT, 'examples/portrait.png')
const SPEECH = join(ROOT, 'examples/speech.wav')
const tools = await shippedTools()

interface Probe {
  readonly streams: Record<string, string>[]
  readonly format: { readonly duration: string; readonly tags: Record<string, string> }
}

function probe(path: string): Probe {
  const args = [
    '-v',
    'error',
    '-count_packets',
    '-show_streams',
    '-show_format',
    '-of',
    'json',
    path,
  ]
  return JSON.parse(spawnSync(tools.ffprobe.path, args, { encoding: 'utf8' }).stdout)
}

/** A few frames are enough where the picture itself is not looked at. */
const QUICK = ['-w', '128', '-H', '128', '--max-frames', '30']

describe('infinitetalk generate', () => {
  it('14.19: warns when no speech was heard', async () => {
    await using sandbox = await createSandbox()
    const tone = join(sandbox.folder, 'tone.wav')
    await writeFile(tone, wavFile({ samples: 6400 }))
    const args = ['-i', PORTRAIT, '-a', tone, '-o', join(sandbox.folder, 'a.mp4'), ...QUICK]
    const { events } = await sandbox.run(['generate', ...args, '--json'])
    expect(events()).toContainEqual({
      event: 'warning',
      message: 'No speech was heard; the mouth stays shut.',
    })
    expect(events().at(-1)).toMatchObject({ event: 'result' })
  })

  it('makes a playable talking video that says that it is AI-made, and counts its frames meanwhile', async () => {
    await using sandbox = await createSandbox()
    const output = join(sandbox.folder, 'talking.mp4')
    const args = [
      '-i',
      PORTRAIT,
      '-a',
      SPEECH,
      '-o',
      output,
      '--seed',
      '7',
      '--max-frames',
      '90',
      '--json',
    ]
    const { code, events } = await sandbox.run(['generate', ...args])
    expect(code).toBe(0)
    expect(events().filter(({ event }) => event === 'warning')).toEqual([])
    const result = events().at(-1)!
    expect(result).toMatchObject({ event: 'result', width: 640, height: 640, fps: 25, seed: 7 })
    const { streams, format } = probe(output)
    const video = streams.find((stream) => stream.codec_type === 'video')!
    const audio = streams.find((stream) => stream.codec_type === 'audio')!
    expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', width: 640, height: 640 })
    expect(audio.codec_name).toBe('aac')
    expect(Number(video.nb_read_packets)).toBe(result.frames)
    expect(Math.abs(Number(video.duration) - Number(result.duration_s))).toBeLessThanOrEqual(0.04)
    expect(Math.abs(Number(audio.duration) - Number(result.duration_s))).toBeLessThanOrEqual(0.04)
    expect(format.tags.comment).toMatch(/AI-generated.*preview/)
    expect(await sandbox.temporaryFiles()).toEqual([])
    expect(await readdir(sandbox.folder)).toEqual(['talking.mp4'])

    const progress = events().filter((event) => event.event === 'progress')
    const fractions = progress.map((event) => Number(event.fraction))
    const rendering = progress.filter((event) => event.stage === 'sampling')
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
    expect(fractions.at(-1)).toBe(1)
    expect(rendering.at(-1)).toMatchObject({ done: 90, total: 90 })
    expect(rendering.length).toBeGreaterThan(5)
  })

  it('makes the same video from the same seed, from files or standard input, with a poster, and writes over none without --force', async () => {
    await using sandbox = await createSandbox()
    const output = join(sandbox.folder, 'talking.mp4')
    const piped = ['-i', PORTRAIT, '-a', '-', '--poster', 'still.jpg', '--seed', '1', ...QUICK]
    const first = await sandbox.run(['generate', ...piped], { input: await readFile(SPEECH) })
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('✅ talking.mp4')
    expect((await readdir(sandbox.folder)).toSorted()).toEqual(['still.jpg', 'talking.mp4'])
    const poster = await readFile(join(sandbox.folder, 'still.jpg'))
    expect(poster.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]))
    const video = await readFile(output)

    await writeFile(output, 'precious')
    const args = ['generate', '-i', PORTRAIT, '-a', SPEECH, '--seed', '1', ...QUICK]
    const refused = await sandbox.run(args)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('output_exists')
    expect(await readFile(output, 'utf8')).toBe('precious')
    expect((await sandbox.run([...args, '--force'])).code).toBe(0)
    expect(video.equals(await readFile(output))).toBe(true)
    expect(probe(output).streams).toHaveLength(2)
  })

  it('stops on Ctrl-C while rendering: exit 130, no child, no file', async () => {
    await using sandbox = await createSandbox()
    const args = ['-i', PORTRAIT, '-a', SPEECH, '-w', '1072', '-H', '1072', '--json']
    let interrupted = false
    const { code, events } = await sandbox.run(['generate', ...args], {
      onOutput: (stdout, kill) => {
        if (interrupted || !/"sampling","done":[1-9]/.test(stdout)) return
        interrupted = true
        kill('SIGINT')
      },
    })
    expect(code).toBe(130)
    expect(events().at(-1)).toMatchObject({ event: 'error', code: 'canceled' })
    expect(await sandbox.temporaryFiles()).toEqual([])
    expect(await readdir(sandbox.folder)).toEqual([])
    const processes = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout
    expect(processes).not.toContain(sandbox.folder.replace(/work$/, 'tmp'))
  })

  it('fault 82: takes pictures named to do harm, and makes another video from another seed', async () => {
    const videos: Buffer[] = []
    for (const [seed, name] of ['-na\nme 🙂 ü.png', 'concat:a|b.png'].entries()) {
      await using sandbox = await createSandbox()
      await copyFile(PORTRAIT, join(sandbox.folder, name))
      await copyFile(SPEECH, join(sandbox.folder, `${name}.wav`))
      const args = [`--image=${name}`, `--audio=${name}.wav`, '--output=-talking.mp4', ...QUICK]
      const { code, stderr } = await sandbox.run(['generate', ...args, '--seed', String(seed)])
      expect(stderr).not.toContain('❌')
      expect(code).toBe(0)
      videos.push(await readFile(join(sandbox.folder, '-talking.mp4')))
    }
    expect(videos[0]!.equals(videos[1]!)).toBe(false)
  })
})

describe('bad input to infinitetalk generate', () => {
  const cases: [
    name: string,
    code: string,
    image: () => Promise<Buffer>,
    audio?: () => Promise<Buffer>,
  ][] = [
    ['a picture of zero bytes', 'input_empty', async () => Buffer.alloc(0)],
    [
      'half a picture',
      'image_unreadable',
      async () => (await readFile(PORTRAIT)).subarray(0, 400_000),
    ],
    [
      'an HLS playlist named .wav',
      'audio_unsupported',
      () => readFile(PORTRAIT),
      async () => Buffer.from('#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n'),
    ],
    [
      'a voice cut in its header',
      'audio_unreadable',
      () => readFile(PORTRAIT),
      async () => (await readFile(SPEECH)).subarray(0, 43),
    ],
  ]

  it.each(cases)(
    '%s: a code, a sentence, exit 2, nothing left behind',
    async (_name, code, image, audio) => {
      await using sandbox = await createSandbox()
      await writeFile(join(sandbox.folder, 'in.png'), await image())
      await writeFile(join(sandbox.folder, 'in.wav'), await (audio ?? (() => readFile(SPEECH)))())
      const result = await sandbox.run(['generate', '-i', 'in.png', '-a', 'in.wav', ...QUICK])
      expect(result.stderr).toContain(`${code}:`)
      expect(result.stderr).toMatch(/❌ .{10,}\.\n/)
      expect(result.code).toBe(2)
      expect(await sandbox.temporaryFiles()).toEqual([])
      expect((await readdir(sandbox.folder)).toSorted()).toEqual(['in.png', 'in.wav'])
    },
  )

  it('a picture without a face is refused by name', async () => {
    await using sandbox = await createSandbox()
    const { default: sharp } = await import('sharp')
    const plain = { width: 640, height: 480, channels: 3, background: '#7a9' } as const
    await sharp({ create: plain }).png().toFile(join(sandbox.folder, 'wall.png'))
    const result = await sandbox.run(['generate', '-i', 'wall.png', '-a', SPEECH, ...QUICK])
    expect(result.stderr).toContain('no_face_found:')
    expect(result.code).toBe(2)
    expect(await sandbox.temporaryFiles()).toEqual([])
  })
})
