// The client of the hub: send a picture and a voice, follow the render, save the video.
// With a hub running (npx infinitetalk serve):
//   npx node examples/sdk.ts examples/portrait.png examples/speech.wav talking.mp4
import { createWriteStream, openAsBlob } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createClient, JobFailedError } from '@infinitetalk/client'

const [picture = 'examples/portrait.png', voice = 'examples/speech.wav', output = 'talking.mp4'] =
  process.argv.slice(2)

const client = createClient({
  baseUrl: process.env.INFINITETALK_URL ?? 'http://127.0.0.1:8787',
  token: process.env.INFINITETALK_TOKEN,
})

let shown = ''
function show(line: string): void {
  if (line !== shown) console.log(line)
  shown = line
}

try {
  const { job, video } = await client.run(
    {
      image: await openAsBlob(picture),
      audio: await openAsBlob(voice),
      width: 256,
      height: 256,
      seed: 7,
    },
    {
      onProgress: (progress) => {
        if (progress.phase === 'running') show(`${Math.round(progress.fraction * 100)} %`)
        else show(progress.phase)
      },
      // Ends the call and cancels the job.
      signal: AbortSignal.timeout(30 * 60_000),
    },
  )
  await pipeline(Readable.from(video.stream()), createWriteStream(output))
  console.log(`${output}: ${video.bytes} bytes of job ${job.id}`)
} catch (error) {
  if (!(error instanceof JobFailedError)) throw error
  console.error(`${error.code}: ${error.message}`)
  process.exitCode = 1
}
