// Faults 57 and 59 with reduced counts: memory stays flat while large files travel. test/long/ has the full ones.
import { describe, expect, it } from 'vitest'
import { downloadAsBase64, uploadAtOnce } from '../support/large-traffic.ts'

const MB = 1_000_000

describe.skipIf(process.platform !== 'linux')('the memory of a hub', () => {
  it('fault 57: stays below 250 MB while a video of 150 MB goes out as base64', {
    timeout: 60_000,
  }, async () => {
    const { peakBytes } = await downloadAsBase64(150 * MB)
    console.log(`150 MB as base64: ${Math.round(peakBytes / MB)} MB of memory`)
    expect(peakBytes).toBeLessThan(250 * MB)
  })

  it('fault 59: stays below 400 MB while 20 uploads of 20 MB come in at once', {
    timeout: 60_000,
  }, async () => {
    const { peakBytes } = await uploadAtOnce(20, 20 * MB)
    console.log(`20 uploads of 20 MB: ${Math.round(peakBytes / MB)} MB of memory`)
    expect(peakBytes).toBeLessThan(400 * MB)
  })
})
