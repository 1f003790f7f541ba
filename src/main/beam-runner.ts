// The entry of bin/beam-runner.
import { runBeamRunner } from './run-beam-runner.ts'
import { runAsProcess } from './worker-process.ts'

await runAsProcess('beam-runner', runBeamRunner)
