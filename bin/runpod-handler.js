// What bin/runpod-handler starts, on any Node that can start this file.
import { launch } from './launch.js'

await launch('runpod-handler.ts')
