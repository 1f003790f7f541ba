// The parts of the ComfyUI engine: its backends, its workflows and the tools that prepare a render.
import type { WindowPlan } from '@infinitetalk/arithmetic'
import type { RenderContext } from '../../app/ports/engine.ts'
import type { AppError } from '../../domain/errors.ts'
import type { RenderPlan } from '../../domain/plan.ts'
import type { Graph } from '../../workflow/graph.ts'
import type { Template } from '../../workflow/template.ts'
import type { Patience } from './await-backend.ts'
import type { BackendPool } from './backend-pool.ts'
import type { ComfyApi } from './comfy-api.ts'
import type { FollowTimes } from './follow-times.ts'
import type { ReliefMemory } from './memory/relief-memory.ts'
import type { PreparedInputs, PrepareTools } from './prepare-inputs.ts'
import type { SocketTimes } from './progress-socket.ts'
import type { SamplingParameters } from './sampling-parameters.ts'

export interface ComfyuiEngineOptions {
  readonly pool: BackendPool
  readonly templates: readonly Template[]
  /** One error for each workflow that could not be read. */
  readonly problems?: readonly AppError[]
  /** @throws AppError `engine_unsupported` for an option that the workflow has no place for */
  readonly parametersOf: (plan: RenderPlan, template: Template) => SamplingParameters
  readonly prepareInputs: (
    plan: RenderPlan,
    windows: WindowPlan,
    context: RenderContext,
  ) => Promise<PreparedInputs>
  /** @throws AppError `node_missing`, `model_missing`, `workflow_invalid` */
  readonly checkWorkflow: (
    api: ComfyApi,
    name: string,
    graph: Graph,
    signal: AbortSignal,
  ) => Promise<void>
  /** The tools that cut, encode and join windows, and that find faces. */
  readonly media: PrepareTools
  /** Why a graph cannot run on a server, null when it can. */
  readonly whyNot: (api: ComfyApi, graph: Graph, signal: AbortSignal) => Promise<AppError | null>
  /** The attention kernel to use where a request names none; null leaves it to the workflow. Asked for every render. */
  readonly chooseAttention?: (signal: AbortSignal) => Promise<string | null>
  /** With one that cannot be reached before a render; without it the render fails at once. */
  readonly patience?: Patience
  /** Remembers the remedies that helped when memory ran out; without it nothing outlives this program. */
  readonly relief?: ReliefMemory
  readonly maxOutputBytes?: number
  readonly times?: FollowTimes
  readonly socketTimes?: SocketTimes
}
