// The entry of bin/runpod-handler.
import { runRunpodHandler } from './run-runpod-handler.ts'
import { runAsProcess } from './worker-process.ts'

await runAsProcess('runpod-handler', runRunpodHandler)
