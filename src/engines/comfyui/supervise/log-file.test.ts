import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createTestFolder } from '../../../../test/support/test-folder.ts'
import { boundLog, meaningfulLine, readTail, startLog } from './log-file.ts'

describe('the log of a supervised ComfyUI', () => {
  it('keeps the one of the start before', async () => {
    const path = (await createTestFolder()).path('comfyui.log')
    for (const text of ['first\n', 'second\n', 'third\n']) {
      await using log = await startLog(path)
      await log.write(text)
    }
    expect(await readFile(path, 'utf8')).toBe('third\n')
    expect(await readFile(`${path}.before`, 'utf8')).toBe('second\n')
  })

  it('tells its last 200 lines at most, each state of a progress bar as one', async () => {
    const path = (await createTestFolder()).path('comfyui.log')
    expect(readTail(path)).toEqual([])
    await writeFile(path, Array.from({ length: 10_000 }, (_, line) => `line ${line}\r\n`).join(''))
    await appendFile(path, '10%|# |\r50%|##|\r\n\n')
    const lines = readTail(path)
    expect(lines).toHaveLength(200)
    expect(lines.slice(-3)).toEqual(['line 9999', '10%|# |', '50%|##|'])
  })

  it('is cut when it has become too long, while the writer goes on', async () => {
    const path = (await createTestFolder()).path('comfyui.log')
    await using log = await startLog(path)
    await log.write(Buffer.alloc(33 * 1024 * 1024, 'x'))
    await boundLog(path)
    await log.write('after\n')
    expect((await stat(path)).size).toBe(6)
    expect(readTail(path)).toEqual(['after'])
    await boundLog(path)
    expect((await stat(path)).size).toBe(6)
  })
})

it.each<[string, readonly string[], string | null]>([
  ['nothing', [], null],
  ['the last line', ['Total VRAM 1 MB', 'Starting server', ''], 'Starting server'],
  ['not a progress bar', ['got prompt', ' 50%|#####     | 3/6'], 'got prompt'],
  [
    'the error before the farewell',
    ['Traceback (most recent call last):', 'OSError: [Errno 98] address in use', 'Stopped server'],
    'OSError: [Errno 98] address in use',
  ],
  [
    'what argparse says',
    ['usage: main.py [-h]', 'main.py: error: unrecognized arguments: --foo'],
    'main.py: error: unrecognized arguments: --foo',
  ],
  [
    'a crash in native code, without the stack',
    ['Fatal Python error: Segmentation fault', '', 'Thread 0x0 (most recent call first):', '  ...'],
    'Fatal Python error: Segmentation fault',
  ],
  [
    'no folder of this machine',
    ["FileNotFoundError: No such file: '/home/me/ComfyUI/models/x.safetensors'"],
    "FileNotFoundError: No such file: 'x.safetensors'",
  ],
])('the meaningful line is %s', (_, lines, line) => {
  expect(meaningfulLine(lines)).toBe(line)
})
