import { expect, it } from 'vitest'
import { nextCommand } from './beam-options.ts'

it('the next command has the address that was given, and no token that stood in it', () => {
  const plain = 'https://app.beam.cloud/taskqueue/talk/v3'
  expect(nextCommand({ url: plain }, 'fetch', 'task-1')).toBe(
    'infinitetalk fetch --beam --url https://app.beam.cloud/taskqueue/talk/v3 task-1',
  )
  const url = 'https://user:secret@app.beam.cloud/taskqueue/talk?auth_token=secret'
  expect(nextCommand({ url }, 'fetch', 'task-1')).not.toContain('secret')
})
