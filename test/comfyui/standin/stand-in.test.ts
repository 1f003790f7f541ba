// The stand-in on its own: it starts, renders the model-free graph to a real video, and leaves nothing behind.
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../support/requires.ts'
import { wavFile } from '../../support/wav-file.ts'
import { plainImageGraph, probeVideo, submitAndWait, uploadFile, uploadPicture } from './client.ts'
import { COMFY_VERSIONS, startStandIn } from './stand-in.ts'

describeWith(['ffmpeg', 'ffprobe'], 'apt-get install ffmpeg', 'a stand-in', () => {
  it.each(COMFY_VERSIONS)('%s renders a graph without models to a real video', async (version) => {
    await using server = await startStandIn({ version })
    await uploadPicture(server, 'face.png')
    await uploadFile(server, 'voice.wav', wavFile({ sampleRate: 16_000, samples: 16_000 * 2 }))
    const entry = await submitAndWait(server, plainImageGraph({ frames: 75 }))
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true })
    const [video] = entry.outputs['131']?.gifs ?? []
    expect(video).toMatchObject({ filename: 'plain_00001-audio.mp4', type: 'temp', frame_rate: 25 })
    // ceil(2 s * 25) plus the two frames that a copied stream adds.
    expect(await probeVideo(server, video)).toMatchObject({ frames: 52, width: 160, height: 120 })
    expect(await server.files('temp')).toEqual([
      'plain_00001-audio.mp4',
      'plain_00001.mp4',
      'plain_00001.png',
    ])
  })

  it('leaves no folder behind', async () => {
    const server = await startStandIn()
    const { input } = server.folders
    expect(existsSync(input)).toBe(true)
    await server.close()
    expect(existsSync(input)).toBe(false)
  })
})

describe('what a stand-in was asked', () => {
  it('is counted by method and path, with and without /api', async () => {
    await using server = await startStandIn()
    await fetch(`${server.url}/queue`)
    await fetch(`${server.url}/api/queue`)
    await fetch(`${server.url}/history/one`)
    expect(server.count('GET', '/queue')).toBe(2)
    expect(server.count('GET', '/history/')).toBe(1)
  })
})
