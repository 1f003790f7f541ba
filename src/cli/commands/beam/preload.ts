// `infinitetalk beam preload`: the models onto a volume of Beam, by a container there that costs no GPU.
import type { DeploymentSpec } from '../../../domain/deployment-spec.ts'
import { toAppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { deploymentOf } from '../../deployment-of.ts'
import { PRELOAD_OPTIONS } from '../../deployment-options.ts'
import { createWatcher, printPlan } from '../../deployment-reports.ts'
import { InterruptedError } from '../../interrupts.ts'
import { printJson, printLine } from '../../terminal.ts'
import { choiceOf, DEFAULT_SET } from '../models/models-options.ts'

export const preloadOnBeamCommand: CommandDefinition = {
  name: 'beam preload',
  summary: 'Bring the models onto a volume of Beam, before anything is deployed.',
  description:
    'Runs "models pull" in a container at Beam that has the volume and no GPU, and shows what it says until it ended. ' +
    'Models that are there are verified and left; one that was cut off goes on where it stopped. A preload that runs already ' +
    'is followed. Ctrl-C stops it. The secret HF_TOKEN is used when Beam has it. Needs BEAM_TOKEN.',
  positionals: [],
  options: PRELOAD_OPTIONS,
  examples: [
    'infinitetalk beam preload --dry-run',
    'infinitetalk beam preload',
    'infinitetalk beam preload --set multi --secret HF_TOKEN',
  ],
  run: runPreload,
}

/** A set that nobody knows would be refused in the container only, after its image was built. @throws AppError `usage` */
async function checkSets(
  { arguments: given, services }: Invocation,
  { env }: DeploymentSpec,
): Promise<void> {
  // A list of one's own on the volume may have other sets.
  if (env.INFINITETALK_MODELS_MANIFEST !== undefined) return
  const library = await services.models({ folder: null, manifestPath: null })
  await library.list(choiceOf(given, DEFAULT_SET))
}

async function runPreload(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const spec = deploymentOf('preload', given)
  await checkSets(invocation, spec)
  const deployer = services.deployer()
  if (given.flag('dry-run')) {
    printPlan(terminal, await deployer.plan(spec, signal))
    return
  }
  const watcher = createWatcher(terminal, services.nowMs)
  try {
    const { taskId, volume, wasRunning } = await deployer.preload({ spec, watcher, signal })
    printJson(terminal, { event: 'result', task_id: taskId, volume, was_running: wasRunning })
    printLine(terminal, `✅ The models are on the volume ${volume}`)
  } catch (error) {
    if (!signal.aborted) throw error
    const { code, detail, meta } = toAppError(error)
    const wasNone = code === 'canceled' && meta.taskId === undefined
    const rest = wasNone ? 'No task was started at Beam.' : detail
    throw new InterruptedError(rest, { cause: error })
  }
}
