// The lips must move with the voice. Measured on the frames of the OUTPUT by the face mesh, against the sound: portraits that
// speak voices in three languages, made here.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { measureSync, type SyncMeasurement } from './measure-sync.ts'
import { describeWith } from './requires.ts'
import { createSandbox, ROOT } from './run-infinitetalk.ts'
import { shippedTools } from './shipped-tools.ts'

export const PORTRAITS = ['portrait.png', 'portrait-2.png', 'portrait-3.png']

type SpeakTo = (path: string) => [program: string, args: string[]]

export const VOICES: readonly [name: string, speakTo: SpeakTo][] = [
  [
    'English (flite)',
    (path) => [
      'flite',
      [
        '-voice',
        'slt',
        '-t',
        'Hello! My mouth opens, and my mouth closes, while I tell you about the weather today.',
        '-o',
        path,
      ],
    ],
  ],
  [
    'German (espeak-ng)',
    (path) => [
      'espeak-ng',
      [
        '-v',
        'de',
        '-w',
        path,
        'Guten Tag! Mein Mund geht auf, und mein Mund geht zu, während ich vom Wetter erzähle.',
      ],
    ],
  ],
  [
    'Spanish (espeak-ng)',
    (path) => [
      'espeak-ng',
      [
        '-v',
        'es',
        '-w',
        path,
        'Buenos días. Mi boca se abre, y mi boca se cierra, mientras hablo del tiempo de hoy.',
      ],
    ],
  ],
]

const HOW = 'apt-get install flite espeak-ng'

export interface Pair {
  readonly portrait: string
  readonly voice: (typeof VOICES)[number]
}

export function syncSuite(pairs: readonly Pair[]): void {
  describeWith(
    ['flite', 'espeak-ng'],
    HOW,
    'lips and voice, measured on the finished video',
    () => {
      const measured: SyncMeasurement[] = []

      for (const { portrait, voice } of pairs) {
        const [name, speakTo] = voice
        it(`${portrait} speaks ${name}`, { timeout: 180_000 }, async () => {
          await using sandbox = await createSandbox()
          const speech = join(sandbox.folder, 'speech.wav')
          const video = join(sandbox.folder, 'talking.mp4')
          expect(spawnSync(...speakTo(speech)).status).toBe(0)
          const image = join(ROOT, 'examples', portrait)
          const args = ['-i', image, '-a', speech, '-o', video, '-w', '512', '-H', '512']
          const { code, stderr } = await sandbox.run(['generate', ...args, '--seed', '7'])
          expect(stderr).not.toContain('❌')
          expect(code).toBe(0)
          const tools = await shippedTools()
          const sync = await measureSync(video, speech, tools)
          measured.push(sync)
          console.log(
            `${portrait}, ${name}: r ${sync.correlation.toFixed(3)}, lag ${sync.lagFrames}, ` +
              `control ${sync.shuffledControl.toFixed(3)}`,
          )
          expect(Math.abs(sync.lagFrames)).toBeLessThanOrEqual(1)
          expect(sync.correlation).toBeGreaterThanOrEqual(0.65)
          expect(Math.abs(sync.shuffledControl)).toBeLessThan(0.2)
        })
      }

      it('is at least 0.72 in the median', () => {
        const correlations = measured.map((sync) => sync.correlation).toSorted((a, b) => a - b)
        expect(correlations).toHaveLength(pairs.length)
        expect(correlations[Math.floor(correlations.length / 2)]).toBeGreaterThanOrEqual(0.72)
      })
    },
  )
}
