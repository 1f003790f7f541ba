// The port to workflows: lists them, checks what one needs and lacks, and binds one that was exported from ComfyUI.
import type { ErrorCode, InputType } from '@infinitetalk/contract'

export interface ListedWorkflow {
  readonly name: string
  readonly inputType: InputType
  readonly speakers: 1 | 2
  /** Parameters that a request may set. */
  readonly parameters: readonly string[]
}

export interface WorkflowList {
  readonly workflows: readonly ListedWorkflow[]
  /** One sentence for each file that is no workflow, with its name. */
  readonly problems: readonly string[]
}

export interface WorkflowNeeds {
  readonly nodes: number
  readonly nodePacks: readonly string[]
  /** `FOLDER/FILE`, as in ComfyUI's models folder. */
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
  /** Its parameters; null without working bindings. */
  readonly serves: ListedWorkflow | null
  /** One sentence that says why its bindings do not work. */
  readonly bindingProblem: string | null
  /** Null when no ComfyUI is named. */
  readonly server: {
    readonly where: string
    readonly missing: readonly MissingPart[]
    /** The error of a job that would run there; null when it would run. */
    readonly code: ErrorCode | null
  } | null
}

export interface BindRequest {
  readonly path: string
  /** `PARAMETER=NODE` or `PARAMETER=NODE.INPUT`, `output` included: overrides of the caller. */
  readonly choices: readonly string[]
  /** Replace existing bindings. */
  readonly overwrite: boolean
}

export interface BoundWorkflow extends ListedWorkflow {
  readonly bindingsPath: string
  /** `PARAMETER: node ID (CLASS, "TITLE"), INPUT`. */
  readonly bound: readonly string[]
  /** One sentence for each parameter that several nodes could take. */
  readonly open: readonly string[]
  /** Parameters that no node takes; a request that sets one is rejected. */
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
