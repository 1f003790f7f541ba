// Makes docs/images/contact-sheet.jpg, the picture of the README: frames of videos that the product makes here and now.
// Run by hand (`npm run docs:picture`) when the look of the engine changes; needs nothing but npm ci.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findTools } from '../../src/media/find-tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PORTRAITS = ['portrait.png', 'portrait-2.png'] as const
const FRAMES = [18, 57, 84, 131, 150]

const { ffmpeg } = await findTools({
  ffmpegPath: null,
  ffprobePath: null,
  searchPath: process.env.PATH ?? '',
})
const folder = mkdtempSync(join(tmpdir(), 'contact-sheet-'))
try {
  const videos = PORTRAITS.map((portrait) => {
    const video = join(folder, `${portrait}.mp4`)
    run(process.execPath, [
      ...[join(ROOT, 'bin/infinitetalk.js'), 'generate', '--engine', 'preview', '--seed', '7'],
      ...['-i', join(ROOT, 'examples', portrait), '-a', join(ROOT, 'examples/speech.wav')],
      ...['-o', video],
    ])
    return video
  })
  const picked = FRAMES.map((frame) => `eq(n,${frame})`).join('+')
  const row = `select='${picked}',scale=240:240:flags=lanczos,tile=${FRAMES.length}x1:padding=4:color=white`
  const rows = videos.map((_, i) => `[${i}:v]${row}[row${i}]`)
  const stack = `${videos.map((_, i) => `[row${i}]`).join('')}vstack=inputs=${videos.length}`
  mkdirSync(join(ROOT, 'docs/images'), { recursive: true })
  run(ffmpeg.path, [
    ...['-v', 'error', '-y', ...videos.flatMap((video) => ['-i', video])],
    ...['-filter_complex', [...rows, stack].join(';'), '-frames:v', '1', '-q:v', '3'],
    join(ROOT, 'docs/images/contact-sheet.jpg'),
  ])
} finally {
  rmSync(folder, { recursive: true })
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} exited with ${status}`)
}
