// What bin/beam-runner starts, on any Node that can start this file.
import { launch } from './launch.js'

await launch('beam-runner.ts')
