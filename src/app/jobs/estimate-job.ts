// Estimates a request before it is submitted. Its media are probed and deleted.

import { FPS } from '@infinitetalk/arithmetic'
import type { EstimateResource } from '@infinitetalk/contract'
import type { Semaphore } from '../../async/semaphore.ts'
import { checkCapabilities } from '../../domain/capabilities.ts'
import { costOf } from '../../domain/price.ts'
import { BlobHold } from '../blob-hold.ts'
import { chooseEngine } from '../choose-engine.ts'
import type { SubmitOptions } from '../hub.ts'
import type { HubPorts } from '../hub-ports.ts'
import { estimateFor } from './expected-time.ts'
import { probeInputs } from './probe-inputs.ts'
import { takeInputs } from './take-inputs.ts'

interface Estimating extends Pick<SubmitOptions, 'caller' | 'signal'> {
  readonly probes: Semaphore
}

/** @throws AppError any code of the request and its inputs */
export async function estimateJob(
  body: unknown,
  { probes, caller, signal }: Estimating,
  ports: HubPorts,
): Promise<EstimateResource> {
  const spec = ports.acceptRequest(body)
  const engine = await chooseEngine(spec.engine, ports)
  const warnings = [...checkCapabilities(spec, engine.name, engine.capabilities)]
  await engine.checkRequest?.(spec)
  const note = engine.noteOn?.(spec) ?? null
  if (note !== null) warnings.push(note)
  const hold = new BlobHold(ports, ports.ids.newToken())
  try {
    const input = await takeInputs(spec, hold, { caller, signal, webhook: null }, ports)
    const expected = await probeInputs(input, engine, { probes, signal }, ports)
    if (expected === null) {
      return { ...NOTHING_KNOWN, engine: engine.name, warnings: [...warnings, NOT_HERE_YET] }
    }
    return await ports.unitOfWork.read(async (tx) => {
      const estimate = await estimateFor(tx, { engine, input, expected }, ports)
      const { waiting, leased } = await ports.dispatch.figures(tx)
      const ahead = Math.ceil((waiting + leased) / ports.limits.renderMaxParallel)
      return {
        object: 'estimate' as const,
        engine: engine.name,
        frames: estimate.frames,
        windows: estimate.windows,
        ...(estimate.pieces === 1 ? {} : { pieces: estimate.pieces }),
        surplus_frames: estimate.surplusFrames,
        duration_s: expected.frames / FPS,
        width: expected.width,
        height: expected.height,
        seconds: estimate.seconds,
        cost: costOf(engine.name, estimate.machineSeconds, ports.prices),
        queue_s: estimate.seconds === null ? null : ahead * estimate.seconds,
        saves: [...estimate.saves],
        warnings,
      }
    })
  } finally {
    await hold.release()
  }
}

const NOT_HERE_YET = 'The length and size of the video are known once a job has read its inputs.'

const NOTHING_KNOWN = {
  object: 'estimate',
  frames: null,
  windows: null,
  surplus_frames: null,
  duration_s: null,
  width: null,
  height: null,
  seconds: null,
  cost: null,
  queue_s: null,
  saves: [],
} satisfies Partial<EstimateResource>
