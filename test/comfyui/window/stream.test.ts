// A video can be watched while it grows: from the first window on, with its sound, and in the end it is the finished video.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { createClient } from '@infinitetalk/client'
import { expect, it } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { createTestFolder } from '../../support/test-folder.ts'
import { startTestHub } from '../../support/test-hub.ts'
import {
  AUTHORIZED,
  codeOf,
  FRAMES,
  framesOf,
  KEY,
  startGrowingVideo,
  until,
  WINDOWS,
} from './growing-video.ts'

const run = promisify(execFile)
const KEYS = { INFINITETALK_API_KEYS: `test:${KEY}` }

async function soundOf(source: string): Promise<Float32Array> {
  const args = ['-v', 'error', '-i', source, '-map', '0:a', '-ac', '1', '-f', 'f32le', '-']
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })
  return new Float32Array(new Uint8Array(stdout).buffer)
}

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a growing video', () => {
  it('is a playlist that grows, opened by signed links, and ends as the finished video', async () => {
    const { hub, id, release } = await startGrowingVideo(KEYS, AUTHORIZED)
    const path = `/v1/jobs/${id}/stream.m3u8`
    const client = createClient({ baseUrl: hub.url, token: KEY })
    await until(async () => {
      const answer = await hub.fetch(path, { headers: AUTHORIZED })
      if (!answer.ok) expect(await codeOf(answer)).toEqual([409, 'video_not_ready'])
      return answer.ok && (await answer.text()).includes('2.m4s')
    })

    const { urls } = await client.jobs.get(id)
    expect(await codeOf(await hub.fetch(path))).toEqual([401, 'unauthenticated'])
    const growing = await fetch(urls.stream)
    expect(growing.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
    expect(growing.headers.get('cache-control')).toContain('no-cache')
    const text = await growing.text()
    expect(text).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n/)
    expect(text).toContain('#EXT-X-PLAYLIST-TYPE:EVENT')
    expect(text).not.toContain('#EXT-X-ENDLIST')
    const same = await fetch(urls.stream, {
      headers: { 'if-none-match': growing.headers.get('etag')! },
    })
    expect(same.status).toBe(304)

    // The stream so far plays: its links need no key and open nothing else.
    const { head, windows } = await client.jobs.stream(id)
    expect(windows.map(({ seconds }) => seconds)).toEqual(
      [3.24, 2.88, 2.88].slice(0, windows.length),
    )
    const pieces: Buffer[] = []
    for (const url of [head, ...windows.map((window) => window.url)]) {
      const answer = await fetch(url)
      expect(answer.headers.get('content-type')).toBe('video/mp4')
      pieces.push(Buffer.from(await answer.arrayBuffer()))
    }
    const folder = await createTestFolder()
    const soFar = folder.path('so-far.mp4')
    await writeFile(soFar, Buffer.concat(pieces))
    const shown = await framesOf(soFar)
    expect(shown).toHaveLength(81 + 72 * (windows.length - 1))
    const part = await fetch(windows[1]!.url, { headers: { range: 'bytes=10-19' } })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${pieces[2]!.length}`)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(pieces[2]!.subarray(10, 20))
    const foreign = windows[1]!.url.replace('2.m4s', '1.m4s')
    expect(await codeOf(await fetch(foreign))).toEqual([403, 'link_invalid'])
    for (const name of ['99.m4s', '0.m4s', 'x.mp4']) {
      const answer = await hub.fetch(`/v1/jobs/${id}/stream/${name}`, { headers: AUTHORIZED })
      expect(await codeOf(answer), name).toEqual([404, 'file_not_found'])
    }

    release()
    const { output } = await client.jobs.wait(id)
    const ended = await client.jobs.stream(id)
    expect(ended).toMatchObject({ ended: true, head })
    expect(ended.windows).toHaveLength(WINDOWS)
    const { url } = output!.video
    const streamed = await framesOf(urls.stream)
    expect(streamed).toHaveLength(FRAMES)
    expect(streamed.slice(0, shown.length)).toEqual(shown)
    expect(await framesOf(url)).toEqual(streamed)
    // The first packet of a stream has none before it to be blended with.
    const heard = await soundOf(urls.stream)
    expect(heard.slice(1024)).toEqual((await soundOf(url)).slice(1024, heard.length))

    await client.jobs.delete(id)
    const gone = await hub.fetch(path, { headers: AUTHORIZED })
    expect(await codeOf(gone)).toEqual([404, 'job_not_found'])
  }, 180_000)

  it('is refused for a job that renders in one piece, and for one that was canceled', async () => {
    await using hub = await startTestHub()
    const whole = await hub.submit()
    await hub.ended(whole)
    const refused = await hub.fetch(`/v1/jobs/${whole}/stream.m3u8`)
    expect(await codeOf(refused)).toEqual([409, 'windows_not_kept'])
    await using idle = await startTestHub({ works: false })
    const waiting = await idle.submit()
    const early = await idle.fetch(`/v1/jobs/${waiting}/stream.m3u8`)
    expect(await codeOf(early)).toEqual([409, 'windows_not_kept'])
    await idle.hub.jobs.cancel(waiting)
    const canceled = await idle.fetch(`/v1/jobs/${waiting}/stream.m3u8`)
    expect(await codeOf(canceled)).toEqual([409, 'job_canceled'])
  })
})
