// `infinitetalk doctor`: reports which needs of a render are met and how to meet the others. Exit code 1 when one is missing.
import { AppError } from '../../domain/errors.ts'
import type { Finding } from '../../domain/finding.ts'
import { COMFYUI_OPTIONS, comfyuiSettings } from '../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { hang } from '../hang.ts'
import { columnsOf, printJson, printLine } from '../terminal.ts'

export const command: CommandDefinition<typeof COMFYUI_OPTIONS> = {
  description:
    'Checks the programs, model files, memory and disk that a render needs on this machine and, if COMFYUI_URL or COMFYUI_DIR ' +
    'is set, ComfyUI with every workflow; with DATABASE_URL and S3_BUCKET also these, and the workers that use them. Reports each finding, and what to do when something is missing or could be better.',
  options: COMFYUI_OPTIONS,
  examples: ['infinitetalk doctor', 'infinitetalk doctor --comfyui-url http://gpu:8188'],
  run: runDoctor,
}

/** Each is as wide as INDENT on a terminal. */
const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: '✅ ',
  warning: '⚠️  ',
  missing: '❌ ',
}
const INDENT = '   '

async function runDoctor(invocation: Invocation<typeof COMFYUI_OPTIONS>): Promise<void> {
  const { options, terminal, services, signal } = invocation
  const findings = await services.examineMachine(signal, comfyuiSettings(options))
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

/** Sentences are wrapped; a command stays on one line, so it can be copied. */
function renderFinding(finding: Finding, columns: number): string {
  const { subject, state, detail, advice, commands = [] } = finding
  const first = hang(INDENT, `${subject}: ${detail}`, columns).slice(INDENT.length)
  return [
    `${MARKS[state]}${first}`,
    ...(advice === null ? [] : [hang(INDENT, advice, columns)]),
    ...commands.map((command) => `${INDENT}  ${command}`),
  ].join('\n')
}
