// `infinitetalk workflows bind`: writes the bindings of a graph that ComfyUI exported, found out from its nodes and links.
import type { CommandDefinition, Invocation } from '../../command.ts'
import { hang } from '../../hang.ts'
import { columnsOf, printJson, printLine, printWarning } from '../../terminal.ts'
import { sayTakes, workflowFacts } from './list.ts'

export const bindWorkflowCommand: CommandDefinition = {
  description:
    'Reads a graph that was exported from ComfyUI with "Save (API Format)" (in newer versions "Export (API)") and writes ' +
    'NAME.bindings.json beside it: which input of which node takes the picture, the voices, the prompt, the size and the rest. ' +
    'It asks nothing: what may be either of several nodes is left out and said, to be chosen with --set.',
  positionals: ['FILE'],
  options: [
    {
      name: 'set',
      value: 'PARAMETER=NODE',
      repeats: true,
      help: 'Bind a parameter, or "output", to this node (ID or ID.INPUT).',
    },
    { name: 'force', short: 'f', help: 'Write over bindings that are there.' },
  ],
  examples: [
    'infinitetalk workflows bind mine.json',
    'infinitetalk workflows bind mine.json --set image=284 --set output=131',
  ],
  run: runBind,
}

async function runBind({ arguments: given, terminal, services }: Invocation): Promise<void> {
  const path = given.positionals[0] ?? ''
  const workflows = await services.workflows({})
  const bound = await workflows.bind({
    path,
    choices: given.texts('set'),
    overwrite: given.flag('force'),
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
