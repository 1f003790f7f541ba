// Lists, checks and binds the configured workflows for the command line.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type {
  BindRequest,
  BoundWorkflow,
  CheckedWorkflow,
  ListedWorkflow,
  WorkflowTools,
} from '../app/ports/workflows.ts'
import type { Config } from '../config/load-config.ts'
import { AppError, toAppError } from '../domain/errors.ts'
import { loadGraph, loadTemplate } from '../engines/comfyui/load-templates.ts'
import { Preflight } from '../engines/comfyui/preflight.ts'
import { describeNode, type Graph } from '../workflow/graph.ts'
import { needsOf } from '../workflow/graph-needs.ts'
import { problemsToError } from '../workflow/graph-problem.ts'
import { isParameterName, PARAMETER_NAMES } from '../workflow/parameters.ts'
import { type ProposalRequest, proposeBindings } from '../workflow/propose-bindings.ts'
import { createTemplate, findTemplate, type Template } from '../workflow/template.ts'
import { loadConfiguredTemplates } from './compose-comfyui.ts'
import { composeModelAdvice } from './compose-models.ts'
import { reachComfyui } from './reach-comfyui.ts'

export interface WorkflowSurroundings {
  readonly config: Config
  readonly env: NodeJS.ProcessEnv
  readonly currentFolder: string
}

export function composeWorkflows(surroundings: WorkflowSurroundings): WorkflowTools {
  const { config, currentFolder } = surroundings
  return {
    async list() {
      const { templates, problems } = await loadConfiguredTemplates(config)
      return { workflows: templates.map(list), problems: problems.map(({ detail }) => detail) }
    },
    check: (which, signal) => checkWorkflow(which, surroundings, signal),
    bind: (request) => bindWorkflow({ ...request, path: resolve(currentFolder, request.path) }),
  }
}

function list({ name, inputType, speakers, bindings }: Template): ListedWorkflow {
  return { name, inputType, speakers, parameters: [...bindings.keys()] }
}

interface FoundWorkflow {
  readonly name: string
  readonly graph: Graph
  readonly template: Template | null
  readonly problem: string | null
}

async function findWorkflow(which: string, { config, currentFolder }: WorkflowSurroundings) {
  return /\.json$|[/\\]/.test(which)
    ? findFile(resolve(currentFolder, which))
    : findNamed(which, config)
}

/** A graph can be checked before it has bindings. */
async function findFile(path: string): Promise<FoundWorkflow> {
  const { name, graph } = await loadGraph(path)
  const template = await loadTemplate(path).catch(toAppError)
  return template instanceof AppError
    ? { name, graph, template: null, problem: template.detail }
    : { name, graph, template, problem: null }
}

async function findNamed(name: string, config: Config): Promise<FoundWorkflow> {
  const { templates, problems } = await loadConfiguredTemplates(config)
  const template = findTemplate(templates, name)
  if (template !== undefined) return { name, graph: template.graph, template, problem: null }
  const broken = problems.find(({ meta }) => meta.workflow === name)
  if (broken !== undefined) throw broken
  const known = templates.map((one) => one.name).join(', ')
  throw new AppError('workflow_not_found', `There is no workflow "${name}"; there are ${known}.`)
}

async function checkWorkflow(
  which: string,
  surroundings: WorkflowSurroundings,
  signal: AbortSignal,
): Promise<CheckedWorkflow> {
  const { name, graph, template, problem } = await findWorkflow(which, surroundings)
  const { comfyuiUrl, comfyuiDir } = surroundings.config
  const isNamed = comfyuiUrl !== undefined || comfyuiDir !== undefined
  return {
    name,
    needs: { nodes: Object.keys(graph).length, ...needsOf(graph) },
    serves: template === null ? null : list(template),
    bindingProblem: problem,
    server: isNamed ? await askServer(name, graph, surroundings, signal) : null,
  }
}

async function askServer(
  name: string,
  graph: Graph,
  surroundings: WorkflowSurroundings,
  signal: AbortSignal,
): Promise<CheckedWorkflow['server']> {
  await using reached = await reachComfyui({ ...surroundings, signal })
  const problems = await new Preflight(await composeModelAdvice(surroundings.config)).findProblems(
    reached.api,
    graph,
    signal,
  )
  return {
    where: surroundings.config.comfyuiDir ?? reached.api.address.url,
    missing: problems.map(({ sentence, advice, severity }) => ({
      sentence,
      advice,
      isError: severity === 'error',
    })),
    code: problemsToError(name, problems)?.code ?? null,
  }
}

async function bindWorkflow({ path, choices, overwrite }: BindRequest): Promise<BoundWorkflow> {
  const { name, graph } = await loadGraph(path)
  const { bindings, open } = proposeBindings({ graph, name, chosen: readChoices(choices) })
  const template = createTemplate(name, graph, bindings)
  const bindingsPath = path.replace(/\.json$/, '.bindings.json')
  await write(bindingsPath, `${JSON.stringify(bindings, null, 2)}\n`, overwrite)
  const bound = [...template.bindings].flatMap(([parameter, targets]) =>
    targets.map(
      ({ nodeId, input }) => `${parameter}: ${describeNode(nodeId, graph[nodeId]!)}, ${input}`,
    ),
  )
  const output = `output: ${describeNode(template.outputNode, graph[template.outputNode]!)}`
  const unbound = PARAMETER_NAMES.filter((parameter) => !template.bindings.has(parameter))
  return { ...list(template), bindingsPath, bound: [output, ...bound], open, unbound }
}

/** @throws AppError `usage` */
function readChoices(choices: readonly string[]): ProposalRequest['chosen'] {
  return new Map(
    choices.map((choice) => {
      const [, parameter = '', node = '', input = null] =
        /^(\w+)=([^.]+)(?:\.(.+))?$/.exec(choice) ?? []
      if (parameter !== 'output' && !isParameterName(parameter)) {
        const detail = `--set takes PARAMETER=NODE or PARAMETER=NODE.INPUT, not "${choice}"; parameters are output, ${PARAMETER_NAMES.join(', ')}.`
        throw new AppError('usage', detail)
      }
      return [parameter, { node, input }]
    }),
  )
}

async function write(path: string, text: string, overwrite: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: overwrite ? 'w' : 'wx' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') {
      throw new AppError('output_exists', `${path} already exists; --force overwrites it.`)
    }
    throw new AppError('output_unwritable', `${path} cannot be written (${code}).`, { cause })
  }
}
