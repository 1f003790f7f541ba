// Lists the engines that a request may name: capabilities, readiness and measured speed.
import type { SamplingRequest } from '../domain/presets.ts'
import { chooseEngine } from './choose-engine.ts'
import { engineHealth } from './engine-health.ts'
import type { EngineView } from './hub.ts'
import type { HubPorts } from './hub-ports.ts'

/** A request that leaves every choice open. */
const PLAIN_REQUEST: SamplingRequest = {
  preset: 'balanced',
  inputType: 'image',
  steps: null,
  windowFrames: null,
  motionFrames: null,
  equaliseWindows: false,
}

export async function listEngines(ports: HubPorts): Promise<readonly EngineView[]> {
  const preferred = ports.engines.size === 0 ? null : await chooseEngine(null, ports)
  const views = [...ports.engines.values()].map(async (engine): Promise<EngineView> => {
    const measured = await ports.unitOfWork.read((tx) => ports.speeds.ofEngine(tx, engine.name))
    return {
      name: engine.name,
      preferred: engine === preferred,
      onlyPreviews: engine.onlyPreviews === true,
      detail: await engineHealth(engine, ports),
      capabilities: engine.capabilities,
      windowing: engine.samplingOf(PLAIN_REQUEST),
      measured: measured.map(({ key: { width, height }, speed }) => ({
        size: { width, height },
        secondsPerUnit: speed.secondsPerUnit,
        renders: speed.samples,
      })),
    }
  })
  return Promise.all(views)
}
