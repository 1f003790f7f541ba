// `infinitetalk workflows check`: lists what a graph needs and what a ComfyUI lacks. Exit code 1 when something is missing.
import type { CheckedWorkflow } from '../../../app/ports/workflows.ts'
import { AppError } from '../../../domain/errors.ts'
import { COMFYUI_OPTIONS, comfyuiSettings } from '../../comfyui-options.ts'
import type { CommandDefinition, Invocation } from '../../command.ts'
import { hang } from '../../hang.ts'
import { columnsOf, printJson, printLine, type Terminal } from '../../terminal.ts'
import { sayTakes, workflowFacts } from './list.ts'

export const command: CommandDefinition<typeof COMFYUI_OPTIONS> = {
  description:
    'Lists the node packs and models that a workflow needs, checks its bindings and, if COMFYUI_URL or COMFYUI_DIR is set or ' +
    'given, lists what that ComfyUI lacks and what to do. WORKFLOW is a name, or the path of a graph that ComfyUI exported.',
  argument: 'WORKFLOW',
  options: COMFYUI_OPTIONS,
  examples: [
    'infinitetalk workflows check I2V_single --comfyui-url http://gpu:8188',
    'infinitetalk workflows check mine.json',
  ],
  run: runCheck,
}

async function runCheck(invocation: Invocation<typeof COMFYUI_OPTIONS>): Promise<void> {
  const { options, argument, terminal, services, signal } = invocation
  const workflows = await services.workflows(comfyuiSettings(options))
  const checked = await workflows.check(argument, signal)
  printJson(terminal, { event: 'checked', ...factsOf(checked) })
  printNeeds(terminal, checked)
  printServer(terminal, checked)
  const { server, bindingProblem, name } = checked
  const missing = server?.missing.filter(({ isError }) => isError) ?? []
  if (server !== null && server.code !== null) {
    const count = missing.length === 1 ? '1 problem' : `${missing.length} problems`
    const detail = `The workflow "${name}" cannot run on ${server.where}: ${count}.`
    throw new AppError(server.code, detail)
  }
  if (bindingProblem !== null) throw new AppError('workflow_invalid', bindingProblem)
}

function factsOf({ name, needs, serves, bindingProblem, server }: CheckedWorkflow) {
  return {
    name,
    needs: { nodes: needs.nodes, node_packs: needs.nodePacks, models: needs.models },
    serves: serves === null ? null : workflowFacts(serves),
    binding_problem: bindingProblem,
    server:
      server === null
        ? null
        : {
            where: server.where,
            missing: server.missing.map(({ isError, ...rest }) => ({ ...rest, is_error: isError })),
          },
  }
}

function printNeeds(terminal: Terminal, { name, needs, serves }: CheckedWorkflow): void {
  const columns = columnsOf(terminal.stdout)
  const takes = serves === null ? '' : `; takes ${sayTakes(serves)}`
  printLine(terminal, hang('', `${name}: ${needs.nodes} nodes${takes}`, columns))
  const packs = needs.nodePacks.length === 0 ? 'none' : needs.nodePacks.join(', ')
  printLine(terminal, hang('  node packs  ', packs, columns))
  for (const [index, model] of needs.models.entries()) {
    printLine(terminal, `  ${(index === 0 ? 'models' : '').padEnd(12)}${model}`)
  }
  if (serves === null) return
  printLine(terminal, hang('  may be set  ', serves.parameters.join(', '), columns))
}

function printServer(terminal: Terminal, { server }: CheckedWorkflow): void {
  const columns = columnsOf(terminal.stdout)
  if (server === null) {
    const how = 'Name a ComfyUI with --comfyui-url to see what is missing there.'
    printLine(terminal, hang('', how, columns))
    return
  }
  if (server.missing.length === 0) {
    printLine(terminal, hang('✅ ', `${server.where} has everything.`, columns))
  }
  for (const { sentence, advice, isError } of server.missing) {
    printLine(terminal, hang(isError ? '❌ ' : '⚠️  ', sentence, columns))
    printLine(terminal, hang('   ', advice, columns))
  }
}
