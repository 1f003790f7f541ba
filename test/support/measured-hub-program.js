// The program behind measured-hub.ts: begins as bin/infinitetalk.js does for a hub, then serves videos of as many bytes as its
// argument says until its standard input is closed. Plain JavaScript, because the flag must be set before anything is loaded.
import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--semi-space-growth-factor=1')
const { startTestHub } = await import('./test-hub.ts')
const { createVideoRenderer } = await import('./video-renderer.ts')

const hub = await startTestHub({ renderer: createVideoRenderer(Number(process.argv[2])) })
console.log(hub.url)
process.stdin.resume()
await once(process.stdin, 'end')
await hub.stop()
