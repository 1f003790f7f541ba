// The RunPod handler, on any Node that can start this file; bin/runpod-handler starts it.
import { launch } from './launch.js'

await launch('runpod-handler.ts')
