import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createProgressDisplay } from './progress-display.ts'

const NOTE = ['The render ran out of memory.', { type: 'memory', remedy: 'free_memory' }] as const
const REPORT = { stage: 'saving', done: 0, total: 0, fraction: 0.9, etaSeconds: null } as const

function display(asked: { readonly json?: boolean; readonly isTTY?: boolean }) {
  const printed = { stdout: '', stderr: '' }
  const { json = false, isTTY = false } = asked
  const into = (name: keyof typeof printed) => ({
    write(text: string) {
      printed[name] += text
    },
  })
  const terminal = {
    stdin: new PassThrough(),
    stdout: into('stdout'),
    stderr: { ...into('stderr'), isTTY },
    ...{ json, quiet: false },
  }
  return { display: createProgressDisplay(terminal, () => 0), printed }
}

describe('a note beside the progress', () => {
  it('is an event of its own with --json', () => {
    const { display: shown, printed } = display({ json: true })
    shown.note(...NOTE)
    expect(JSON.parse(printed.stdout)).toEqual({ event: 'memory', remedy: 'free_memory' })
    expect(printed.stderr).toBe('')
  })

  it.each([true, false])('is a line that stays, on a terminal: %s', (isTTY) => {
    const { display: shown, printed } = display({ isTTY })
    shown.show(REPORT)
    shown.note(...NOTE)
    expect(printed.stderr.endsWith(`${NOTE[0]}\n`)).toBe(true)
    const before = printed.stderr
    shown.close()
    expect(printed.stderr).toBe(before)
  })
})
