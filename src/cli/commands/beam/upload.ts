// `infinitetalk beam upload`: a file of one's own, such as a LoRA, onto a volume of Beam.
import { basename, resolve } from 'node:path'
import { DEPLOYMENT_DEFAULTS } from '../../../domain/deployment-spec.ts'
import { AppError } from '../../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { createWatcher } from '../../deployment-reports.ts'
import { InterruptedError } from '../../interrupts.ts'
import { formatBytes } from '../../print-video.ts'
import { printJson, printLine } from '../../terminal.ts'

const { volume: DEFAULT_VOLUME } = DEPLOYMENT_DEFAULTS.preload

export const uploadToBeamCommand: CommandDefinition = {
  name: 'beam upload',
  summary: 'Send a file of your own, such as a LoRA, onto a volume of Beam.',
  description:
    'Sends a file of any size in parts, several at once, and each again when it fails. One of the same size that is there is ' +
    'left. An upload that cannot be finished leaves nothing behind. Needs BEAM_TOKEN.',
  positionals: ['FILE'],
  options: [
    { name: 'to', value: 'PATH', help: 'Where on the volume (default: the name of the file).' },
    {
      name: 'volume',
      value: 'NAME',
      help: `The volume (default ${DEFAULT_VOLUME}). Made when it is not there.`,
    },
    { name: 'force', help: 'Send it although a file of its size is there.' },
  ],
  examples: ['infinitetalk beam upload style.safetensors --to loras/style.safetensors'],
  run: runUpload,
}

async function runUpload(invocation: Invocation): Promise<void> {
  const { arguments: given, terminal, services, signal } = invocation
  const file = resolve(services.currentFolder, given.positionals[0] ?? '')
  const target = targetOf(given.text('to') ?? basename(file), basename(file))
  const volume = given.text('volume') ?? DEFAULT_VOLUME
  const watcher = createWatcher(terminal, services.nowMs)
  const force = given.flag('force')
  try {
    const sent = await services.deployer().upload({ file, volume, target, force, watcher, signal })
    const { bytes, wasPresent } = sent
    printJson(terminal, { event: 'result', volume, path: target, bytes, was_present: wasPresent })
    const how = wasPresent ? 'is there already' : 'is there now'
    printLine(terminal, `✅ ${target} (${formatBytes(bytes)}) ${how}, on the volume ${volume}`)
  } catch (error) {
    if (!signal.aborted) throw error
    throw new InterruptedError('The file is not there; the same command sends it again.', {
      cause: error,
    })
  }
}

/** A folder takes the name of the file. @throws AppError `usage` */
function targetOf(text: string, name: string): string {
  const path = text.replace(/^\/+/, '')
  const target = path === '' || path.endsWith('/') ? `${path}${name}` : path
  const isInside = target.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (isInside) return target
  throw new AppError('usage', `--to needs a path on the volume, and "${text}" is none.`)
}
