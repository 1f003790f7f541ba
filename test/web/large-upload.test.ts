// A large file on the page: how much has been sent, and a way to give it up.
import { it } from 'vitest'
import { describeInBrowser, useBrowser } from '../support/browser.ts'
import { startTestHub } from '../support/test-hub.ts'

/** 16-bit samples, 16 kHz, mono: 5 minutes of silence. */
function silence(): Buffer {
  const bytes = 300 * 32_000
  const wav = Buffer.alloc(44 + bytes)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + bytes, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(16_000, 24)
  wav.writeUInt32LE(32_000, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(bytes, 40)
  return wav
}

describeInBrowser('a large voice on the page', () => {
  const openPage = useBrowser()

  it('shows how much was sent, and is given up by Cancel', async () => {
    await using hub = await startTestHub({ works: false })
    const { page } = await openPage(hub.url)
    let parts = 0
    await page.route('**/v1/uploads/*', async (route) => {
      if (route.request().method() === 'PATCH') parts += 1
      // The second part never gets through.
      if (parts < 2 || route.request().method() !== 'PATCH') await route.continue()
    })
    const file = { name: 'long.wav', mimeType: 'audio/wav', buffer: silence() }
    await page.getByLabel('Choose a file: Voice', { exact: true }).setInputFiles(file)
    await page.getByText(/Sending to the hub … 83 %/).waitFor()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByText('Drop a voice recording here').waitFor()
  })
})
