// Faults 57 and 59 in full: 600 MB as base64, twenty uploads of 200 MB.
import { describe, expect, it } from 'vitest'
import { downloadAsBase64, uploadAtOnce } from '../support/large-traffic.ts'

const MB = 1_000_000

describe('the memory of a hub', () => {
  it('fault 57: stays below 250 MB while a video of 600 MB goes out as base64', async () => {
    const { peakBytes, seconds } = await downloadAsBase64(600 * MB)
    console.log(
      `600 MB as base64: ${Math.round(peakBytes / MB)} MB of memory, ${seconds.toFixed(1)} s`,
    )
    expect(peakBytes).toBeLessThan(250 * MB)
  })

  it('fault 59: stays below 400 MB while 20 uploads of 200 MB come in at once', async () => {
    const { peakBytes, seconds } = await uploadAtOnce(20, 200 * MB)
    console.log(
      `20 uploads of 200 MB: ${Math.round(peakBytes / MB)} MB of memory, ${seconds.toFixed(1)} s`,
    )
    expect(peakBytes).toBeLessThan(400 * MB)
  })
})
