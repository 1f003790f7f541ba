// Faults 57 and 59 with reduced counts: memory stays flat while large files travel. test/long/ has the full ones.
import { describe, expect, it } from 'vitest'
import { downloadAsBase64, uploadAtOnce } from '../support/large-traffic.ts'

const MB = 1_000_000

describe.skipIf(process.platform !== 'linux')('the memory of a hub', () => {
  it('fault 57: stays below 250 MB while a video of 100 MB goes out as base64', async () => {
    const { peakBytes } = await downloadAsBase64(100 * MB)
    console.log(`100 MB as base64: ${Math.round(peakBytes / MB)} MB of memory`)
    expect(peakBytes).toBeLessThan(250 * MB)
  })

  it('fault 59: stays below 300 MB while 20 uploads of 10 MB come in at once', async () => {
    const { peakBytes } = await uploadAtOnce(20, 10 * MB)
    console.log(`20 uploads of 10 MB: ${Math.round(peakBytes / MB)} MB of memory`)
    expect(peakBytes).toBeLessThan(300 * MB)
  })
})
