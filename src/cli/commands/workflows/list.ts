// `infinitetalk workflows list`: lists the workflows that a request may name, and the files that are not workflows.
import type { ListedWorkflow } from '../../../app/ports/workflows.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { printJson, printLine, printWarning } from '../../terminal.ts'

export const command: CommandDefinition = {
  description:
    'Lists the shipped workflows and those of INFINITETALK_WORKFLOWS_DIR with the inputs of each, and reports files that are not workflows.',
  options: {},
  examples: ['infinitetalk workflows list', 'infinitetalk workflows list --json'],
  run: runList,
}

async function runList({ terminal, services }: Invocation): Promise<void> {
  const tools = await services.workflows({})
  const { workflows, problems } = await tools.list()
  const widest = Math.max(...workflows.map(({ name }) => name.length))
  for (const workflow of workflows) {
    printJson(terminal, { event: 'workflow', ...workflowFacts(workflow) })
    printLine(terminal, `${workflow.name.padEnd(widest + 2)}${sayTakes(workflow)}`)
  }
  for (const problem of problems) printWarning(terminal, problem)
}

export function workflowFacts({ name, inputType, speakers, parameters }: ListedWorkflow) {
  return { name, input_type: inputType, speakers, parameters }
}

export function sayTakes({ inputType, speakers }: ListedWorkflow): string {
  const voices = speakers === 1 ? 'one voice' : 'two voices'
  return `${inputType === 'image' ? 'a picture' : 'a video'}, ${voices}`
}
