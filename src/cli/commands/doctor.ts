// `infinitetalk doctor`: what is there, what is missing, what to do. Exit code 1 when something needed is missing.

import { AppError } from '../../domain/errors.ts'
import type { Finding } from '../../domain/finding.ts'
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { printJson, printLine } from '../terminal.ts'

export const doctorCommand: CommandDefinition = {
  name: 'doctor',
  summary: 'Check this machine: what is there, what is missing, what to do.',
  description:
    'Checks everything a render needs on this machine: programs, model files, memory, disk; and, where COMFYUI_URL or COMFYUI_DIR ' +
    'is set, ComfyUI with every workflow. Says for each what was found, and what to do where something is missing or could be better.',
  positionals: [],
  options: COMFYUI_OPTIONS,
  examples: ['infinitetalk doctor', 'infinitetalk doctor --comfyui-url http://gpu:8188'],
  run: runDoctor,
}

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: '✅', warning: '⚠️ ', missing: '❌' }

async function runDoctor({
  arguments: given,
  terminal,
  services,
  signal,
}: Invocation): Promise<void> {
  const findings = await services.examineMachine(signal, comfyuiSettings(given))
  for (const finding of findings) {
    printJson(terminal, { event: 'finding', ...finding })
    printLine(terminal, `${MARKS[finding.state]} ${finding.subject}: ${finding.detail}`)
    if (finding.advice !== null) printLine(terminal, `   ${finding.advice}`)
  }
  const missing = findings.filter((finding) => finding.state === 'missing')
  if (missing.length > 0) {
    const subjects = new Set(missing.map((finding) => finding.subject))
    throw new AppError('tool_missing', `Not ready to render: ${[...subjects].join(', ')}.`)
  }
}
