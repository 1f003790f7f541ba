import { expect, it } from 'vitest'
import { nextCommand } from './beam-options.ts'
import { findCommand, loadCommand } from './command-table.ts'
import { parseArguments } from './parse-arguments.ts'

it('the next command has the address that was given, and no token that stood in it', async () => {
  const wait = await loadCommand(findCommand(['wait']))
  const given = (url: string) => ({
    arguments: parseArguments(wait, ['--beam', '--url', url, 'task-1']),
  })
  expect(nextCommand(given('https://app.beam.cloud/taskqueue/talk/v3'), 'fetch', 'task-1')).toBe(
    'infinitetalk fetch --beam --url https://app.beam.cloud/taskqueue/talk/v3 task-1',
  )
  const url = 'https://user:secret@app.beam.cloud/taskqueue/talk?auth_token=secret'
  expect(nextCommand(given(url), 'fetch', 'task-1')).not.toContain('secret')
})
