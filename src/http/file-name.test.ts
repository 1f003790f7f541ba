import { describe, expect, it } from 'vitest'
import { disposition, toFilename } from './file-name.ts'

describe('a file name', () => {
  it.each([
    ['Anna – weather', 'Anna – weather'],
    ['../../etc/passwd', 'etc passwd'],
    ['a"b\\c:d\n\u0000e', 'a b c d e'],
    ['...', 'job_1'],
    ['x'.repeat(200), 'x'.repeat(80)],
  ])('of %j is %j', (text, name) => {
    expect(toFilename(text, 'job_1')).toBe(name)
  })

  it('beyond ASCII is sent in both forms, and no quote ends it', () => {
    expect(disposition('attachment', 'a.mp4')).toBe('attachment; filename="a.mp4"')
    expect(disposition('inline', "שלום 'x'.mp4")).toBe(
      "inline; filename=\"____ 'x'.mp4\"; filename*=UTF-8''%D7%A9%D7%9C%D7%95%D7%9D%20%27x%27.mp4",
    )
  })
})
