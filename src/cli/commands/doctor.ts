// `infinitetalk doctor`: what is there, what is missing, what to do. Exit code 1 when something needed is missing.

import { AppError } from '../../domain/errors.ts'
import type { Finding } from '../../domain/finding.ts'
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { hang } from '../hang.ts'
import { columnsOf, printJson, printLine } from '../terminal.ts'

export const doctorCommand: CommandDefinition = {
  description:
    'Checks everything a render needs on this machine: programs, model files, memory, disk; and, where COMFYUI_URL or COMFYUI_DIR ' +
    'is set, ComfyUI with every workflow. Says for each what was found, and what to do where something is missing or could be better.',
  positionals: [],
  options: COMFYUI_OPTIONS,
  examples: ['infinitetalk doctor', 'infinitetalk doctor --comfyui-url http://gpu:8188'],
  run: runDoctor,
}

/** Each is as wide as INDENT where it is shown. */
const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: '✅ ',
  warning: '⚠️  ',
  missing: '❌ ',
}
const INDENT = '   '

async function runDoctor({
  arguments: given,
  terminal,
  services,
  signal,
}: Invocation): Promise<void> {
  const findings = await services.examineMachine(signal, comfyuiSettings(given))
  for (const finding of findings) {
    printJson(terminal, { event: 'finding', ...finding })
    printLine(terminal, renderFinding(finding, columnsOf(terminal.stdout)))
  }
  const missing = findings.filter((finding) => finding.state === 'missing')
  if (missing.length > 0) {
    const subjects = new Set(missing.map((finding) => finding.subject))
    throw new AppError('not_ready', `Not ready to render: ${[...subjects].join(', ')}.`)
  }
}

/** Sentences are wrapped; a command stays on one line, as only so it can be copied. */
function renderFinding(finding: Finding, columns: number): string {
  const { subject, state, detail, advice, commands = [] } = finding
  const first = hang(INDENT, `${subject}: ${detail}`, columns).slice(INDENT.length)
  return [
    `${MARKS[state]}${first}`,
    ...(advice === null ? [] : [hang(INDENT, advice, columns)]),
    ...commands.map((command) => `${INDENT}  ${command}`),
  ].join('\n')
}
