// `infinitetalk beam deploy`: an endpoint or a task queue on Beam that renders with this program.
import type { Deployed } from '../../../app/ports/deployment.ts'
import { MAX_ENDPOINT_SECONDS } from '../../../domain/deployment-spec.ts'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { deploymentOf } from '../../deployment-of.ts'
import { DEPLOY_OPTIONS } from '../../deployment-options.ts'
import { createWatcher, printPlan } from '../../deployment-reports.ts'
import { InterruptedError } from '../../interrupts.ts'
import { printJson, printLine, type Terminal } from '../../terminal.ts'

export const deployToBeamCommand: CommandDefinition = {
  name: 'beam deploy',
  summary: 'Deploy an endpoint or a task queue that renders on Beam.',
  description:
    'Deploys this program to Beam. "endpoint" answers with the video, and Beam ends each request after ' +
    `${MAX_ENDPOINT_SECONDS} s; "queue" takes tasks of any length. Run again with nothing changed it makes nothing. ` +
    'Only who has a token of the workspace can call it. Needs BEAM_TOKEN.',
  positionals: ['endpoint|queue'],
  options: DEPLOY_OPTIONS,
  examples: [
    'infinitetalk beam deploy queue --dry-run',
    'infinitetalk beam deploy queue --gpu A10G --memory 32',
    'infinitetalk beam deploy endpoint --image registry.example/infinitetalk:gpu',
  ],
  run: runDeploy,
}

async function runDeploy(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const [kind = ''] = given.positionals
  if (kind !== 'endpoint' && kind !== 'queue') {
    throw new AppError('usage', `What is deployed is "endpoint" or "queue", and not "${kind}".`)
  }
  const spec = deploymentOf(kind, given)
  const deployer = services.deployer()
  const options = { stopsOld: given.flag('stop-old'), force: given.flag('force') }
  if (given.flag('dry-run')) {
    printPlan(terminal, await deployer.plan(spec, signal, options))
    return
  }
  const watcher = createWatcher(terminal, services.nowMs)
  try {
    printDeployed(terminal, await deployer.deploy({ spec, watcher, signal, ...options }), kind)
  } catch (error) {
    if (!signal.aborted) throw error
    const rest = 'What was made at Beam is there, and the same command goes on from it.'
    throw new InterruptedError(rest, { cause: error })
  }
}

function printDeployed(terminal: Terminal, made: Deployed, kind: 'endpoint' | 'queue'): void {
  const { name, version, url, isNew, olderVersions, stoppedVersions, deploymentId } = made
  printJson(terminal, {
    event: 'result',
    name,
    kind,
    version,
    deployment_id: deploymentId,
    url,
    new: isNew,
    older_versions: olderVersions,
    stopped_versions: stoppedVersions,
  })
  const how = isNew ? 'is deployed' : 'is this already: nothing was made'
  printLine(terminal, `✅ ${name}: version ${version} ${how}`)
  printLine(terminal, `   ${url}`)
  if (stoppedVersions.length > 0) {
    printLine(terminal, `   Stopped: version ${stoppedVersions.join(', ')}`)
  }
  if (olderVersions.length > 0) {
    printLine(
      terminal,
      `   Still active: version ${olderVersions.join(', ')} (--stop-old stops it)`,
    )
  }
  const where = kind === 'queue' ? `--queue ${name} --wait` : `--endpoint ${name}`
  printLine(terminal, 'Next:')
  printLine(terminal, `  infinitetalk submit --beam ${where} \\`)
  printLine(terminal, '    -i you.jpg -a voice.m4a -o you.mp4')
  if (kind === 'queue') {
    printLine(terminal, 'Or as an engine of the hub and of "generate":')
    printLine(terminal, `  export BEAM_QUEUE=${name}`)
  }
}
