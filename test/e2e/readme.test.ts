// Every line of shell in the README is run as it stands there: the launcher takes the place of npx, and a port of this test's
// own that of 8787. Only the shipped voice is cut to a second.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { describeWith } from '../support/requires.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { startHub } from '../support/serving-hub.ts'
import { shippedTools } from '../support/shipped-tools.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { firstSecond } from '../support/wav-file.ts'

const HUB_URL = 'http://127.0.0.1:8787'
const SERVE = 'npx infinitetalk serve'
const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/```sh\n(.*?)```/gs)]
  .map((match) => match[1] ?? '')
  // The suite cannot run itself; the server is started below.
  .filter((block) => !block.includes('npm test') && block.trim() !== SERVE)

describeWith(['bash', 'curl'], 'apt-get install bash curl', 'the README', () => {
  it('has shell to run', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4)
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(SERVE)
  })

  it.each(blocks.map((block) => [block.split('\n', 1)[0] ?? '', block] as const))(
    '%s',
    { timeout: 180_000 },
    async (_line, block) => {
      const folder = await createTestFolder()
      await copyExamples(folder.path('examples'))
      await makeFilesOfTheReader(folder.path('.'))
      const hub =
        block.includes('submit') || block.includes('curl')
          ? await startHub({ dataFolder: folder.path('data') })
          : null
      const program = `"${process.execPath}" "${join(ROOT, 'bin/infinitetalk.js')}"`
      const script = block
        .replaceAll('npm ci && ', '')
        .replaceAll('npx infinitetalk', program)
        .replaceAll(HUB_URL, hub?.url ?? HUB_URL)
      const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: folder.path('.'),
        env: { ...process.env, INFINITETALK_URL: hub?.url ?? HUB_URL },
        encoding: 'utf8',
      })
      expect(stderr).not.toContain('❌')
      expect(status, stdout + stderr).toBe(0)
      for (const [, video = ''] of block.matchAll(/(?:-o|--output) (\S+\.mp4)/g)) {
        const head = (await readFile(folder.path(video))).subarray(4, 8)
        expect(head.toString(), video).toBe('ftyp')
      }
    },
  )
})

/** With a voice of a second: `.ci/newcomer` renders the whole. */
async function copyExamples(folder: string): Promise<void> {
  await cp(join(ROOT, 'examples'), folder, { recursive: true })
  const voice = join(folder, 'speech.wav')
  await chmod(voice, 0o600)
  await writeFile(voice, firstSecond(await readFile(voice)))
}

/** The inputs that the examples call "your own". */
async function makeFilesOfTheReader(folder: string): Promise<void> {
  const { ffmpeg } = await shippedTools()
  await sharp(join(ROOT, 'examples/portrait-2.png')).jpeg().toFile(join(folder, 'you.jpg'))
  await sharp(join(ROOT, 'examples/two-people.png')).jpeg().toFile(join(folder, 'group.jpg'))
  for (const name of ['voice-memo.m4a', 'voice.mp3', 'voice.wav']) {
    const speech = join(ROOT, 'examples/speech-second-speaker.wav')
    const args = ['-v', 'error', '-i', speech, '-t', '1', join(folder, name)]
    expect(spawnSync(ffmpeg.path, args).status).toBe(0)
  }
}
