// Makes docs/images/contact-sheet.jpg, the picture of the README: frames of a video that the product makes here and now.
// Run by hand (`npm run docs:picture`) when the look of the engine changes; needs nothing but npm ci.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findTools } from '../../src/media/find-tools.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const FRAMES = [4, 18, 26, 45, 57, 62, 84, 106, 131, 150]

const { ffmpeg } = await findTools({
  ffmpegPath: null,
  ffprobePath: null,
  searchPath: process.env.PATH ?? '',
})
const folder = mkdtempSync(join(tmpdir(), 'contact-sheet-'))
try {
  const video = join(folder, 'talking.mp4')
  run(process.execPath, [
    ...[join(ROOT, 'bin/infinitetalk.js'), 'generate', '--seed', '7', '-o', video],
    ...['-i', join(ROOT, 'examples/portrait.png'), '-a', join(ROOT, 'examples/speech.wav')],
  ])
  const picked = FRAMES.map((frame) => `eq(n,${frame})`).join('+')
  const filter = `select='${picked}',scale=240:240:flags=lanczos,tile=5x2:padding=4:color=white`
  mkdirSync(join(ROOT, 'docs/images'), { recursive: true })
  const output = join(ROOT, 'docs/images/contact-sheet.jpg')
  run(ffmpeg.path, [
    '-v',
    'error',
    '-y',
    '-i',
    video,
    '-vf',
    filter,
    '-frames:v',
    '1',
    '-q:v',
    '3',
    output,
  ])
} finally {
  rmSync(folder, { recursive: true })
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${program} exited with ${status}`)
}
