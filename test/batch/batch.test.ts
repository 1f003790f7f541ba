// `infinitetalk batch` against a real hub: kills of either side lose and double nothing, and failures are reported by row.
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { killBatch } from '../support/kill-batch.ts'
import { describeWith } from '../support/requires.ts'
import { createSandbox, ROOT } from '../support/run-infinitetalk.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { startTestHub } from '../support/test-hub.ts'

// Python reads the archive.
describeWith(['python3'], 'apt-get install python3', 'a batch under kills', () => {
  it('makes each of 6 videos once, although the hub and the command are killed', async () => {
    const folder = await createTestFolder()
    const report = await killBatch(6, 2, folder)
    expect(report).toEqual({ done: 6, files: 6, jobs: 6, exitCode: 0 })
    // The archive is whole: Python's own library reads every file of it.
    const check =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))'
    const { stdout } = await promisify(execFile)('python3', [
      '-c',
      check,
      folder.path('videos.zip'),
    ])
    expect(stdout.trim()).toBe('None 8')
  })
})

it('reports which rows failed and why, makes the others, and repeats the failed ones when told to', async () => {
  await using hub = await startTestHub()
  await using sandbox = await createSandbox()
  const rows = [
    { name: 'good', audio: join(ROOT, 'examples/speech.wav') },
    { name: 'bad', audio: join(ROOT, 'examples/speech.wav'), max_frames: -1 },
    { name: 'gone', audio: 'missing.wav' },
  ]
  await writeFile(
    join(sandbox.folder, 'list.jsonl'),
    rows.map((row) => JSON.stringify(row)).join('\n'),
  )
  const args = ['batch', 'list.jsonl', '-i', join(ROOT, 'examples/portrait.png'), '--url', hub.url]
  const { code, stderr } = await sandbox.run(args)
  expect({ code, stderr }).toMatchObject({ code: 1 })
  const summary = async () =>
    JSON.parse(await readFile(join(sandbox.folder, 'list-videos/summary.json'), 'utf8'))
  const expected = [
    { item: 1, status: 'done', file: '0001-good.mp4', code: '' },
    { item: 2, status: 'failed', code: 'invalid_request' },
    { item: 3, status: 'failed', code: 'path_not_found' },
  ]
  expect(await summary()).toMatchObject(expected)
  const voice = await readFile(join(ROOT, 'examples/speech.wav'))
  await writeFile(join(sandbox.folder, 'missing.wav'), voice)
  expect((await sandbox.run([...args, '--retry-failed'])).code).toBe(1)
  expect(await summary()).toMatchObject([
    ...expected.slice(0, 2),
    { item: 3, status: 'done', file: '0003-gone.mp4' },
  ])
})

it.each([
  ['no rows', 'list.csv', 'image,audio\n'],
  ['a column that no request has', 'list.csv', 'image,audoi\na.png,b.wav\n'],
  ['a line that is no object', 'list.jsonl', '{"audio": "a.wav"}\n[1]\n'],
  ['broken CSV', 'list.csv', 'name,audio\n"a,b.wav\n'],
])('refuses a list with %s before it sends anything', async (_what, name, text) => {
  await using sandbox = await createSandbox()
  await writeFile(join(sandbox.folder, name), text)
  const { code } = await sandbox.run(['batch', name, '--url', 'http://127.0.0.1:9'])
  expect(code).toBe(2)
})
