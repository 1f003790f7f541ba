// `infinitetalk workflows bind`: writes the bindings of a graph that ComfyUI exported, derived from its nodes and links.
import type { CommandDefinition, Invocation, OptionDefinitions } from '../../command.ts'
import { hang } from '../../hang.ts'
import { columnsOf, printJson, printLine, printWarning } from '../../terminal.ts'
import { sayTakes, workflowFacts } from './list.ts'

const OPTIONS = {
  set: {
    value: 'PARAMETER=NODE',
    list: true,
    help: 'Bind a parameter, or "output", to this node (ID or ID.INPUT).',
  },
  force: { short: 'f', help: 'Overwrite existing bindings.' },
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Reads a graph that was exported from ComfyUI with "Save (API Format)" (in newer versions "Export (API)") and writes ' +
    'NAME.bindings.json beside it: which input of which node takes the picture, the voices, the prompt, the size and the rest. ' +
    'It asks no questions: when several nodes fit a parameter, it leaves the parameter out and says so; choose with --set.',
  argument: 'FILE',
  options: OPTIONS,
  examples: [
    'infinitetalk workflows bind mine.json',
    'infinitetalk workflows bind mine.json --set image=284 --set output=131',
  ],
  run: runBind,
}

async function runBind(invocation: Invocation<typeof OPTIONS>): Promise<void> {
  const { options, argument: path, terminal, services } = invocation
  const workflows = await services.workflows({})
  const bound = await workflows.bind({
    path,
    choices: options.set,
    overwrite: options.force,
  })
  const columns = columnsOf(terminal.stdout)
  printJson(terminal, {
    event: 'bound',
    ...workflowFacts(bound),
    path: bound.bindingsPath,
    bound: bound.bound,
    open: bound.open,
    unbound: bound.unbound,
  })
  printLine(terminal, `${bound.bindingsPath} (${sayTakes(bound)})`)
  for (const line of bound.bound) printLine(terminal, hang('  ', line, columns))
  if (bound.unbound.length > 0) {
    const names = bound.unbound.join(', ')
    printLine(terminal, hang('', `No place in the graph for ${names}.`, columns))
  }
  for (const sentence of bound.open) printWarning(terminal, sentence)
  printLine(terminal, `Next: infinitetalk workflows check ${path}`)
}
