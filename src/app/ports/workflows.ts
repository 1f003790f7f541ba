// The port to workflows: which there are, what one needs and lacks, and the bindings of one that was exported from ComfyUI.
import type { ErrorCode, InputType } from '@infinitetalk/contract'

export interface ListedWorkflow {
  readonly name: string
  readonly inputType: InputType
  readonly speakers: 1 | 2
  /** What a request may set. */
  readonly parameters: readonly string[]
}

export interface WorkflowList {
  readonly workflows: readonly ListedWorkflow[]
  /** Sentences: files that are no workflow, each with its name. */
  readonly problems: readonly string[]
}

export interface WorkflowNeeds {
  readonly nodes: number
  readonly nodePacks: readonly string[]
  /** `FOLDER/FILE`, as ComfyUI has its models. */
  readonly models: readonly string[]
}

export interface MissingPart {
  /** One sentence. */
  readonly sentence: string
  readonly advice: string
  readonly isError: boolean
}

export interface CheckedWorkflow {
  readonly name: string
  readonly needs: WorkflowNeeds
  /** What it takes; null when it has no bindings that work. */
  readonly serves: ListedWorkflow | null
  /** Why its bindings do not work, in one sentence. */
  readonly bindingProblem: string | null
  /** null when no ComfyUI is named. */
  readonly server: {
    readonly where: string
    readonly missing: readonly MissingPart[]
    /** Of a job that would run there; null when nothing is in its way. */
    readonly code: ErrorCode | null
  } | null
}

export interface BindRequest {
  readonly path: string
  /** `PARAMETER=NODE` or `PARAMETER=NODE.INPUT`, `output` among the parameters: what the caller knows better. */
  readonly choices: readonly string[]
  /** Write over bindings that are there. */
  readonly overwrite: boolean
}

export interface BoundWorkflow extends ListedWorkflow {
  readonly bindingsPath: string
  /** `PARAMETER: node ID (CLASS, "TITLE"), INPUT`. */
  readonly bound: readonly string[]
  /** Sentences: what may be any of several nodes. */
  readonly open: readonly string[]
  /** Parameters that no node has a place for: a request that sets one is refused. */
  readonly unbound: readonly string[]
}

export interface WorkflowTools {
  /** @throws AppError `config_invalid` */
  list(): Promise<WorkflowList>
  /** @param which a name, or the path of a graph. @throws AppError `workflow_not_found`, `workflow_invalid`, `engine_*` */
  check(which: string, signal: AbortSignal): Promise<CheckedWorkflow>
  /** @throws AppError `workflow_invalid`, `output_exists`, `output_unwritable` */
  bind(request: BindRequest): Promise<BoundWorkflow>
}
