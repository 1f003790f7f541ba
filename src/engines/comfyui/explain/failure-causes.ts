// The causes of failing nodes, as data: how to recognise each in the exception of a node, its error code and its sentence. The
// first row that fits is the cause, so narrow rows stand before wide ones.
import type { ErrorCode } from '@infinitetalk/contract'
import { isLink } from '../../../workflow/graph.ts'
import { fileName } from './first-line.ts'
import { memoryAdvice } from './memory-advice.ts'
import { modelOf, type NodeFailure } from './node-failure.ts'

export interface FailureCause {
  readonly code: ErrorCode
  /** All that are given must fit. Exception types are qualified: `torch.OutOfMemoryError`. */
  readonly exception?: RegExp
  readonly message?: RegExp
  readonly nodeClass?: RegExp
  readonly holds?: (failure: NodeFailure) => boolean
  /** Continues a sentence that begins with the node, without a full stop. */
  readonly says: (failure: NodeFailure) => string
  /** The process has lost its GPU: whatever it renders next fails too, until it is started again. */
  readonly poisoned?: true
}

const LOADER = /Loader|^Load|LoraSelect|TextEncodeCached/
const MEDIA_LOADER = /^(LoadImage|LoadImageMask|LoadAudio|LoadVideo|VHS_Load\w+)$/

export const FAILURE_CAUSES: readonly FailureCause[] = [
  // Memory. First, because a GPU that is full says "CUDA error: out of memory" too, and is not lost by it.
  {
    code: 'gpu_out_of_memory',
    exception: /(^|\.)OutOfMemoryError$|OOM_EXCEPTION/,
    says: ({ said, graph }) => `ran out of GPU memory${quoted(said)}${memoryAdvice(graph)}`,
  },
  {
    code: 'gpu_out_of_memory',
    message:
      /allocation on device|(CUDA|HIP|MPS|XPU)[^\n]{0,40}out of memory|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED/i,
    says: ({ said, graph }) => `ran out of GPU memory${quoted(said)}${memoryAdvice(graph)}`,
  },
  {
    code: 'host_out_of_memory',
    exception: /(^|\.)_?(Array)?MemoryError$/,
    says: ({ said }) => `ran out of memory on the machine of ComfyUI${quoted(said)}`,
  },
  {
    code: 'host_out_of_memory',
    message:
      /DefaultCPUAllocator|cannot allocate memory|can't allocate memory|std::bad_alloc|paging file is too small/i,
    says: ({ said }) => `ran out of memory on the machine of ComfyUI${quoted(said)}`,
  },
  {
    code: 'disk_full',
    message: /no space left on device|\[Errno 28\]|os error 28\b/i,
    says: () => 'found the disk of ComfyUI full',
  },

  // The GPU and the Python packages.
  {
    code: 'engine_dependency_missing',
    message:
      /no kernel image is available|not compiled with CUDA|driver version is insufficient|No CUDA GPUs are available|Found no NVIDIA driver/i,
    says: ({ said }) =>
      `cannot use the GPU: the driver, or PyTorch in the Python environment of ComfyUI, does not fit it${quoted(said)}`,
  },
  {
    code: 'engine_failed',
    message:
      /(CUDA|HIP) error|cudaError|illegal memory access|device-side assert|misaligned address|unspecified launch failure|CUBLAS_STATUS_|CUDNN_STATUS_/i,
    says: ({ said }) => `lost the GPU; ComfyUI must be started again${quoted(said)}`,
    poisoned: true,
  },
  {
    code: 'engine_failed',
    exception: /(^|\.)AcceleratorError$/,
    says: ({ said }) => `lost the GPU; ComfyUI must be started again${quoted(said)}`,
    poisoned: true,
  },
  {
    code: 'engine_dependency_missing',
    exception: /(^|\.)TypeError$/,
    message: /'NoneType' object is not subscriptable|hidden_states/,
    nodeClass: /Wav2VecEmbeds$/,
    says: () =>
      'needs transformers<5 in the Python environment of ComfyUI: since 5.0 it does not hand out the hidden states of wav2vec2',
  },
  {
    code: 'engine_dependency_missing',
    message: /sage_?attention|sageattn/i,
    says: () =>
      'needs the Python package sageattention; install it in the Python environment of ComfyUI, or set attention_mode to sdpa',
  },
  {
    code: 'engine_dependency_missing',
    message: /flash_?attn|flash_?attention/i,
    exception: /ValueError|ImportError|ModuleNotFoundError/,
    says: () =>
      'needs the Python package flash-attn; install it in the Python environment of ComfyUI, or set attention_mode to sdpa',
  },
  {
    code: 'engine_dependency_missing',
    message: /color[-_]?matcher/i,
    says: () =>
      'needs the Python package color-matcher; install it in the Python environment of ComfyUI, or set colormatch to disabled',
  },
  {
    code: 'engine_dependency_missing',
    message: /working triton installation|triton not (found|installed|available)/i,
    says: () =>
      'needs the Python package triton to compile the model; install it, or take the compile node out of the workflow',
  },
  {
    code: 'engine_dependency_missing',
    message: /ffmpeg (is required|could not be found|not found)/i,
    says: () => 'needs ffmpeg where ComfyUI runs: install it, or the Python package imageio-ffmpeg',
  },
  {
    code: 'engine_dependency_missing',
    message: /has no attribute 'diffusion_model'/,
    says: () =>
      'does not fit this version of ComfyUI: update ComfyUI-WanVideoWrapper and ComfyUI together',
  },
  {
    code: 'engine_dependency_missing',
    exception: /(^|\.)(ModuleNotFoundError|ImportError)$/,
    says: ({ message, said }) => {
      const name = /No module named '([\w.-]{1,80})'/.exec(message)?.[1]
      return name === undefined
        ? `lacks something in the Python environment of ComfyUI${quoted(said)}`
        : `needs the Python module ${name}; install it in the Python environment of ComfyUI`
    },
  },

  // Models.
  {
    code: 'model_missing',
    exception:
      /LocalEntryNotFoundError|OfflineModeIsEnabled|RepositoryNotFoundError|HfHubHTTPError/,
    says: (failure) =>
      `wanted to download ${modelNamed(failure)} from Hugging Face and could not: put the file where ComfyUI finds it`,
  },
  {
    code: 'model_missing',
    exception: /(ConnectionError|ConnectError|ConnectTimeout|MaxRetryError)$/,
    nodeClass: /^DownloadAndLoad/,
    says: (failure) =>
      `wanted to download ${modelNamed(failure)} from Hugging Face and could not: put the file where ComfyUI finds it`,
  },
  {
    code: 'model_missing',
    exception: /SafetensorError$/,
    says: (failure) =>
      `cannot load ${modelNamed(failure)}: the file is damaged or incomplete, load it again${quoted(failure.said)}`,
  },
  {
    code: 'model_missing',
    message:
      /error while deserializing header|header too (small|large)|incomplete metadata|GGUF magic invalid|PytorchStreamReader|invalid load key|unpickl|not a (zip|checkpoint)|unexpected end of (file|data)|Ran out of input/i,
    nodeClass: LOADER,
    says: (failure) =>
      `cannot load ${modelNamed(failure)}: the file is damaged or incomplete, load it again${quoted(failure.said)}`,
  },
  {
    code: 'model_missing',
    message: /error\(s\) in loading state_dict|size mismatch for/i,
    nodeClass: LOADER,
    says: (failure) =>
      `cannot use ${modelNamed(failure)}: the file holds another model than the node expects`,
  },
  {
    code: 'engine_input_refused',
    exception: /(^|\.)FileNotFoundError$/,
    nodeClass: MEDIA_LOADER,
    says: (failure) => `does not find ${mediaNamed(failure)} in the input folder of ComfyUI`,
  },
  {
    code: 'model_missing',
    exception: /(^|\.)FileNotFoundError$/,
    nodeClass: LOADER,
    says: (failure) => `does not find ${modelNamed(failure)}`,
  },
  {
    // Where a pack asks ComfyUI for the path of a file that is gone, it gets None and hands it on.
    code: 'model_missing',
    exception: /(^|\.)(TypeError|AttributeError)$/,
    message:
      /PathLike[^\n]*not NoneType|'NoneType' object has no attribute '(endswith|lower|rsplit)'/,
    nodeClass: LOADER,
    says: (failure) => `does not find ${modelNamed(failure)}`,
  },

  // Media.
  {
    code: 'engine_input_refused',
    exception: /UnidentifiedImageError|DecompressionBomb/,
    says: (failure) => `cannot read ${mediaNamed(failure)} as a picture`,
  },
  {
    code: 'engine_input_refused',
    message: /no audio stream found|failed to extract audio/i,
    says: (failure) => `finds no sound in ${mediaNamed(failure)}`,
  },
  {
    code: 'engine_input_refused',
    exception: /^av\.|(^|\.)InvalidDataError$/,
    says: (failure) => `cannot read ${mediaNamed(failure)}${quoted(failure.said)}`,
  },
  {
    code: 'engine_input_refused',
    message:
      /image file is truncated|broken data stream|could not be loaded with cv|no frames (were )?generated|is not a valid (video|image|audio)|invalid data found/i,
    nodeClass: MEDIA_LOADER,
    says: (failure) => `cannot read ${mediaNamed(failure)}${quoted(failure.said)}`,
  },

  // The graph.
  {
    code: 'workflow_invalid',
    exception: /(^|\.)AttributeError$/,
    message: /'NoneType' object has no attribute 'max'/,
    nodeClass: /^WanVideoSampler/,
    says: () =>
      'was given two speakers without masks: link a mask for each speaker and one for the background to ref_target_masks of the MultiTalkWav2VecEmbeds node',
  },
  {
    code: 'workflow_invalid',
    exception: /(^|\.)ZeroDivisionError$/,
    nodeClass: /^WanVideoSampler/,
    holds: ({ graph }) => windowMayBeTooShort(graph),
    says: () =>
      'cannot go from window to window: motion_frame must be smaller than frame_window_size of the WanVideoImageToVideoMultiTalk node',
  },
  {
    code: 'workflow_invalid',
    exception: /(^|\.)(ZeroDivisionError|IndexError)$/,
    nodeClass: /^WanVideoSampler/,
    holds: ({ graph }) => hasMasks(graph),
    says: ({ said }) =>
      `cannot use the masks of the speakers: there must be one for each speaker and one for the background, and none may be empty${quoted(said)}`,
  },
  {
    code: 'workflow_invalid',
    exception: /(^|\.)TypeError$/,
    message: /unexpected keyword argument|missing \d+ required (positional|keyword-only) argument/,
    says: ({ said }) =>
      `has other inputs in the version that ComfyUI has installed: update its node pack, or the workflow${quoted(said)}`,
  },
]

function quoted(said: string): string {
  return said === '' ? '' : ` (${said})`
}

function modelNamed({ inputs }: NodeFailure): string {
  const model = modelOf(inputs)
  return model === null ? 'its model' : `the model ${model}`
}

/** Media have names that we made; the one a caller gave is not known here. */
function mediaNamed({ inputs, message }: NodeFailure): string {
  const value = [inputs.image, inputs.audio, inputs.video, inputs.file].find(
    (input) => typeof input === 'string',
  )
  const name = typeof value === 'string' ? value : (/'([^']{1,300})'/.exec(message)?.[1] ?? '')
  return name === '' ? 'its input' : fileName(name).slice(0, 80)
}

/** As far as the graph says it: a value that comes over a link may be any. */
function windowMayBeTooShort(graph: NodeFailure['graph']): boolean {
  const nodes = Object.values(graph ?? {}).filter(
    ({ class_type }) => class_type === 'WanVideoImageToVideoMultiTalk',
  )
  return nodes.some(({ inputs: { motion_frame: motion, frame_window_size: window } }) => {
    const known = typeof motion === 'number' && typeof window === 'number'
    return known ? motion >= wholeWindow(window) : isLink(motion) || isLink(window)
  })
}

/** The node rounds down to 4k + 1. */
function wholeWindow(frames: number): number {
  return Math.floor((frames - 1) / 4) * 4 + 1
}

function hasMasks(graph: NodeFailure['graph']): boolean {
  return Object.values(graph ?? {}).some(({ inputs }) => inputs.ref_target_masks !== undefined)
}
