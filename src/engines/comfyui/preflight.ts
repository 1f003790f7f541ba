// Whether a graph will run on this server, asked before the GPU is: what is missing is said with its node pack and its fix in
// milliseconds, where ComfyUI itself would say it after the upload, or after minutes of loading.

import { toAppError } from '../../domain/errors.ts'
import { checkGraph } from '../../workflow/check.ts'
import type { AdviseModel } from '../../workflow/check-input.ts'
import type { Graph } from '../../workflow/graph.ts'
import { type GraphProblem, problemsToError } from '../../workflow/graph-problem.ts'
import { parseObjectInfo } from '../../workflow/object-info.ts'
import type { ComfyApi } from './comfy-api.ts'

type Descriptions = ReadonlyMap<string, unknown>

/** Every ComfyUI has it: an answer without it is of something else, one with nothing but it lacks every other class. */
const COMMON_CLASS = 'LoadImage'

/** Remembers what each server said of its classes, for as long as the server is the same. */
export class Preflight {
  readonly #servers = new WeakMap<ComfyApi, Descriptions>()
  readonly #adviseModel: AdviseModel

  constructor(adviseModel: AdviseModel = () => null) {
    this.#adviseModel = adviseModel
  }

  /**
   * @param name of the workflow, for the sentence of an error
   * @returns what does not stop it, but may not be meant
   * @throws AppError `node_missing`, `model_missing` or `workflow_invalid` with every problem in `meta.problems`;
   * `engine_unreachable`
   */
  async checkWorkflow(
    api: ComfyApi,
    name: string,
    graph: Graph,
    signal: AbortSignal,
  ): Promise<readonly GraphProblem[]> {
    const problems = await this.findProblems(api, graph, signal)
    const error = problemsToError(name, problems)
    if (error !== null) throw error
    return problems
  }

  /** Everything that is wrong with the graph on this server, errors first. */
  async findProblems(
    api: ComfyApi,
    graph: Graph,
    signal: AbortSignal,
  ): Promise<readonly GraphProblem[]> {
    // Then the refusal of the graph tells.
    const { objectInfo } = api
    if (objectInfo === undefined) return []
    const classes = [...new Set(Object.values(graph).map(({ class_type }) => class_type))]
    const known = this.#servers.get(api)
    if (known !== undefined && classes.every((name) => known.has(name))) {
      const problems = check(graph, known, this.#adviseModel)
      if (problems.every(({ severity }) => severity === 'warning')) return problems
    }
    // A model that was added meanwhile needs no restart of ComfyUI, and none of ours.
    const fresh = await describe(objectInfo, classes, signal)
    this.#servers.set(api, new Map([...(known ?? []), ...fresh]))
    return check(graph, fresh, this.#adviseModel)
  }
}

function check(
  graph: Graph,
  descriptions: Descriptions,
  adviseModel: AdviseModel,
): readonly GraphProblem[] {
  const said = [...descriptions].filter(([, description]) => description !== null)
  return checkGraph(graph, parseObjectInfo(Object.fromEntries(said)), adviseModel)
}

/**
 * The classes of the graph, one by one: some twenty answers of a few KB. All classes at once are megabytes that a server with
 * many packs works on for seconds, and newer ones look through every model folder for them.
 *
 * @returns null for a class that the server does not have
 */
async function describe(
  ask: NonNullable<ComfyApi['objectInfo']>,
  classes: readonly string[],
  signal: AbortSignal,
): Promise<Descriptions> {
  const wanted = [COMMON_CLASS, ...classes.filter((name) => name !== COMMON_CLASS)]
  const said = await ask(signal, wanted).catch((thrown: unknown) => {
    // A class that cannot describe itself makes the answer of its own an HTTP 500; the whole answer leaves it out.
    if (toAppError(thrown).code !== 'engine_failed') throw thrown
    return ask(signal)
  })
  return new Map(wanted.map((name) => [name, Object.hasOwn(said, name) ? said[name] : null]))
}
