// The differences between the recorded ComfyUI servers, as data: callers ask for a difference by its name, never for a version
// number. They are taken from the recordings, not from the sources.

export type ComfyVersion = '0.3.64' | '0.28.0' | '0.33.0'

/** Recorded with the node packs. */
export const COMFY_VERSIONS = ['0.3.64', '0.28.0'] as const

export const RECORDED_VERSIONS: readonly ComfyVersion[] = [...COMFY_VERSIONS, '0.33.0']

export interface VersionTraits {
  /** A path to an input file must end inside the input folder, links followed. */
  readonly confinesInputs: boolean
  /** prompt_id must be a canonical lower-case UUID; null makes the server choose one. */
  readonly checksPromptId: boolean
  /** `missing_node_type` with extra_info instead of `invalid_prompt`. */
  readonly namesMissingNodes: boolean
  /** A cycle is reported with its path instead of nothing at all. */
  readonly detectsCycles: boolean
  /** A bar's messages are throttled: first, last, and at least 100 ms and 0.5 % apart. */
  readonly throttlesProgress: boolean
  /** Results of a failed prompt do not evict the previous prompt's results. */
  readonly keepsCacheOnError: boolean
  /** The history's outputs also include cached outputs of nodes that were not run. */
  readonly showsKeptOutputs: boolean
  /** `/api/jobs` exists. */
  readonly hasJobs: boolean
  /** A job reports how many of its outputs can be shown. */
  readonly countsPreviews: boolean
  /** `extra_data.create_time` is added to each prompt. */
  readonly addsCreateTime: boolean
  /** `prompt: []` is an empty graph instead of a server error. */
  readonly takesListAsGraph: boolean
  /** Sent with each answer, and nosniff with files. */
  readonly securityHeaders: boolean
  /** Python's message about an output index that does not exist. */
  readonly outputIndexError: string
  /** The content of `feature_flags` and `/features`, beside the upload limit. */
  readonly features: Readonly<Record<string, unknown>>
  readonly system: Readonly<Record<string, unknown>>
}

const TRAITS_OF_TWO: Readonly<Record<Exclude<ComfyVersion, '0.33.0'>, VersionTraits>> = {
  '0.3.64': {
    confinesInputs: false,
    checksPromptId: false,
    namesMissingNodes: false,
    detectsCycles: false,
    throttlesProgress: false,
    keepsCacheOnError: false,
    showsKeptOutputs: true,
    hasJobs: false,
    countsPreviews: false,
    addsCreateTime: false,
    takesListAsGraph: true,
    securityHeaders: false,
    outputIndexError: 'tuple index out of range',
    features: {},
    system: {
      os: 'posix',
      required_frontend_version: '1.27.10',
      installed_templates_version: '0.1.95',
      required_templates_version: '0.1.95',
    },
  },
  '0.28.0': {
    confinesInputs: true,
    checksPromptId: true,
    namesMissingNodes: true,
    detectsCycles: true,
    throttlesProgress: true,
    keepsCacheOnError: true,
    showsKeptOutputs: false,
    hasJobs: true,
    countsPreviews: false,
    addsCreateTime: true,
    takesListAsGraph: false,
    securityHeaders: true,
    outputIndexError: 'list index out of range',
    features: {
      supports_model_type_tags: true,
      extension: { manager: { supports_v4: true } },
      node_replacements: true,
      assets: false,
    },
    system: {
      os: 'linux',
      required_frontend_version: '1.45.21',
      installed_templates_version: '0.1.95',
      required_templates_version: '0.11.9',
      comfy_package_versions: [
        { name: 'comfyui-frontend-package', installed: '1.27.10', required: '1.45.21' },
      ],
      deploy_environment: 'local-git',
    },
  },
}

/** In almost every recording 0.33.0 behaves like 0.28.0; it was recorded without node packs, for the window graph. */
export const VERSION_TRAITS: Readonly<Record<ComfyVersion, VersionTraits>> = {
  ...TRAITS_OF_TWO,
  '0.33.0': { ...TRAITS_OF_TWO['0.28.0'], keepsCacheOnError: false, countsPreviews: true },
}
