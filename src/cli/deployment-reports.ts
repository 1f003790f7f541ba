// What a deployment says while it is made, what a dry run prints, and where what was made is called.
import type { DeploymentPlan, DeploymentWatcher, PlannedState } from '../app/ports/deployment.ts'
import type { DeploymentSpec } from '../domain/deployment-spec.ts'
import { hang } from './hang.ts'
import { formatBytes } from './print-video.ts'
import { columnsOf, printJson, printLine, printWarning, type Terminal } from './terminal.ts'

const GIB = 1024
const REDRAW_EVERY_MS = 200

/** Steps and lines go where progress goes: standard error. */
export function createWatcher(terminal: Terminal, nowMs: () => number): DeploymentWatcher {
  const { stderr, json, quiet } = terminal
  const say = (line: string): void => {
    if (!(json || quiet)) stderr.write(`${line}\n`)
  }
  let drawnAtMs = Number.NEGATIVE_INFINITY
  return {
    onStart(line) {
      printJson(terminal, { event: 'begun', message: line })
      say(hang('🚀 ', line, columnsOf(stderr)))
    },
    onStep(line) {
      printJson(terminal, { event: 'step', message: line })
      say(hang('✅ ', line, columnsOf(stderr)))
    },
    onOutput(line) {
      printJson(terminal, { event: 'output', message: line })
      say(`   │ ${line}`)
    },
    onBytes(doneBytes, totalBytes) {
      printJson(terminal, { event: 'progress', done_bytes: doneBytes, total_bytes: totalBytes })
      if (nowMs() - drawnAtMs < REDRAW_EVERY_MS && doneBytes < totalBytes) return
      drawnAtMs = nowMs()
      const percent = Math.floor((doneBytes / totalBytes) * 100)
      say(`   ${percent}%  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`)
    },
    onWarning: (line) => printWarning(terminal, line),
  }
}

const STATES: Readonly<Record<PlannedState, { readonly mark: string; readonly words: string }>> = {
  present: { mark: '✅ ', words: 'is there' },
  needed: { mark: '➕ ', words: 'would be made' },
  changed: { mark: '➕ ', words: 'would get its new value' },
  stopped: { mark: '➖ ', words: 'would be stopped' },
  unknown: { mark: '❔ ', words: 'made unless it is there' },
}
const LABEL_WIDTH = 12

export function printPlan(terminal: Terminal, plan: DeploymentPlan): void {
  const { spec, requests, unchangedVersion, activeVersions, stoppedVersions, wasAsked } = plan
  for (const request of requests) printJson(terminal, { event: 'request', ...request })
  printJson(terminal, {
    event: 'result',
    dry_run: true,
    name: spec.name,
    asked: wasAsked,
    unchanged_version: unchangedVersion,
    active_versions: activeVersions,
    stopped_versions: stoppedVersions,
  })
  const columns = columnsOf(terminal.stdout)
  for (const [label, text] of describeSpec(spec)) {
    printLine(terminal, hang(`${label.padEnd(LABEL_WIDTH)}`, text, columns))
  }
  printLine(terminal, '')
  const widest = Math.max(...requests.map(({ what }) => what.length))
  for (const { what, state } of requests) {
    const { mark, words } = STATES[state]
    printLine(terminal, `${mark}${what.padEnd(widest + 2)} ${words}`)
  }
  printLine(terminal, '')
  printLine(terminal, hang('', conclusionOf(plan), columns))
}

function describeSpec(spec: DeploymentSpec): readonly (readonly [string, string])[] {
  const { kind, cpuCores, memoryMib, gpu, gpuCount, image, secrets, optionalSecrets, env } = spec
  const gpus = gpu === '' ? 'no GPU' : gpuCount === 1 ? gpu : `${gpuCount} x ${gpu}`
  const names = [...secrets, ...optionalSecrets.map((name) => `${name} (when it is there)`)]
  const variables = Object.keys(env)
  return [
    ['kind', kind === 'preload' ? `preload: ${spec.command.join(' ')}` : `${kind} ${spec.name}`],
    ['container', `${plural(cpuCores, 'CPU core')}, ${memoryMib / GIB} GiB, ${gpus}`],
    ['image', image.from === 'registry' ? image.uri : `built from this program, ${image.stage}`],
    ['volume', `${spec.volume} at ${spec.mountPath}`],
    ['time', describeTimes(spec)],
    ...(kind === 'preload' ? [] : describeScale(spec)),
    ['secrets', names.length === 0 ? 'none' : names.join(', ')],
    ...(variables.length === 0 ? [] : [['variables', variables.join(', ')] as const]),
    ['access', 'only with a token of the workspace'],
  ]
}

function describeTimes({ kind, timeoutSeconds, keepWarmSeconds, retries }: DeploymentSpec): string {
  const limit = `at most ${timeoutSeconds} s`
  if (kind === 'preload') return `${limit}, and ends by itself`
  const times = retries === 1 ? 'once' : `${retries} times`
  const retried = retries === 0 ? ', never tried again' : `, tried again ${times}`
  const again = kind === 'queue' ? retried : ''
  return `${limit} a render${again}; stays warm for ${keepWarmSeconds} s`
}

function describeScale(spec: DeploymentSpec): readonly (readonly [string, string])[] {
  const { kind, maxContainers, maxPendingTasks, ttlSeconds, callbackUrl } = spec
  const each = ttlSeconds === 0 ? 'as long as Beam keeps one' : `at most ${ttlSeconds} s`
  const work = plural(maxPendingTasks, kind === 'queue' ? 'task' : 'request')
  return [
    ['scale', `at most ${plural(maxContainers, 'container')}, none when there is no work`],
    ['waiting', `at most ${work}, each ${each}`],
    ...(callbackUrl === '' ? [] : [['callback', callbackUrl] as const]),
  ]
}

function conclusionOf(plan: DeploymentPlan): string {
  const { unchangedVersion: unchanged, activeVersions, stoppedVersions, wasAsked, spec } = plan
  if (!wasAsked)
    return 'Nothing was sent, and Beam was not asked what is there: BEAM_TOKEN is not set. --json prints the requests.'
  if (spec.kind === 'preload')
    return 'Nothing was made. Models that are on the volume would be left.'
  if (unchanged !== null) {
    const rest = stoppedVersions.length > 0 ? '' : ', and nothing needs to be'
    return `Nothing was made${rest}: version ${unchanged} is this.`
  }
  const [newest] = activeVersions
  if (newest === undefined) return 'Nothing was made. It would be the first version that is active.'
  const old = stoppedVersions.length > 0 ? 'be stopped' : 'stay active'
  return `Nothing was made. It would be a version after ${newest}, which would ${old}.`
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
