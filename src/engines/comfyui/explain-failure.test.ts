import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import type { Graph } from '../../workflow/graph.ts'
import { explainExecutionError, explainRejection } from './explain-failure.ts'

interface Recorded {
  readonly rejections: readonly {
    readonly version: string
    readonly recording: string
    readonly label: string
    readonly path: string
    readonly status: number
    readonly contentType: string | null
    readonly body: string
    readonly graph: Graph | null
  }[]
  readonly executionErrors: readonly {
    readonly version: string
    readonly recording: string
    readonly label: string
    readonly type: string
    readonly data: Readonly<Record<string, unknown>>
    readonly graph: Graph
  }[]
}

const fixture = join(import.meta.dirname, '../../../test/fixtures/comfyui/errors.json')
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as Recorded
const VERSIONS = ['0.3.64', '0.28.0']

function rejected(version: string, label: string, path = '/prompt'): AppError {
  const answer = recorded.rejections.find(
    (one) => one.version === version && one.label === label && one.path === path,
  )
  if (answer === undefined) throw new Error(`not recorded: ${version} ${label}`)
  return explainRejection(answer.status, answer.contentType, answer.body, answer.graph)
}

function failed(version: string, recording: string, label: string): AppError {
  const error = recorded.executionErrors.find(
    (one) => one.version === version && one.recording === recording && one.label === label,
  )
  if (error === undefined) throw new Error(`not recorded: ${version} ${label}`)
  return explainExecutionError({ type: error.type, data: error.data }, error.graph)
}

/** label, code, node, what the sentence says */
const REJECTIONS: readonly [string, string, string | null, RegExp][] = [
  ['unknown class', 'node_missing', '2', /node 2 \(NoSuchNode\)/],
  ['unknown class, dangling node', 'node_missing', '99', /node 99 \(NoSuchNode\)/],
  ['missing class_type', 'workflow_invalid', '2', /no class_type/],
  [
    'bad combo constant',
    'workflow_invalid',
    '131',
    /format = "video\/nope".*"video\/webm".* and others/,
  ],
  ['bad combo: model file absent', 'model_missing', '50', /"absent\.safetensors" \(model_name\)/],
  ['missing required input', 'workflow_invalid', '131', /lacks the input frame_rate/],
  ['value below min', 'workflow_invalid', '2', /amount = "0"; the least is 1\b/],
  ['value above max', 'workflow_invalid', '2', /amount = "999999"; the most is 4096\b/],
  ['wrong constant type', 'workflow_invalid', '2', /takes INT as amount, not "many"/],
  ['link to a node that does not exist', 'workflow_invalid', '131', /linked to node 77/],
  ['link: output index out of range', 'workflow_invalid', '131', /output that the other node/],
  ['link: type mismatch', 'workflow_invalid', '131', /takes IMAGE as images.*"AUDIO"/],
  ['link shape wrong', 'workflow_invalid', '131', /images that is neither/],
  ['image file absent', 'engine_input_refused', '1', /"absent\.png" in the input folder/],
  ['audio file absent', 'engine_input_refused', '3', /"absent\.wav" in the input folder/],
  ['no output node', 'workflow_invalid', null, /no node that gives a result/],
  ['cycle', 'workflow_invalid', null, /circle/],
  ['two nodes bad, same branch', 'engine_input_refused', '1', /absent\.png.*amount/],
  ['not JSON', 'engine_failed', null, /HTTP 500/],
  ['foreign Origin header', 'engine_unreachable', null, /HTTP 403/],
]

describe.each(VERSIONS)('a refusal of ComfyUI %s', (version) => {
  it.each(REJECTIONS)('fault 99: %s is %s', (label, code, nodeId, sentence) => {
    const error = rejected(version, label)
    expect(error.code).toBe(code)
    expect(error.detail).toMatch(sentence)
    // 0.3.64 does not name the nodes of a circle.
    if (label !== 'cycle') expect(error.meta.node).toEqual(nodeOf(nodeId))
  })

  it('of one output among several is a refusal, although the answer is 200', () => {
    const error = rejected(version, '')
    expect(error.code).toBe('workflow_invalid')
    expect(error.meta).toMatchObject({ status: 200, node: { id: '131' } })
  })

  it('lists every problem, the one that names the error first', () => {
    const { meta } = rejected(version, 'two nodes bad, same branch')
    expect(meta.problems).toMatchObject([
      { code: 'engine_input_refused', node: { id: '1', type: 'LoadImage' } },
      { code: 'workflow_invalid', node: { id: '2', type: 'RepeatImageBatch' } },
    ])
  })
})

describe('a refusal', () => {
  it('fault 99: of an upload that is too large says how much is taken', () => {
    const error = rejected('0.28.0', '101 MiB upload (limit 100 MB default)', '/upload/image')
    expect(error.code).toBe('input_too_large')
    expect(error.detail).toContain('104857600 bytes')
  })

  it('fault 99: as a web page comes from something that is not ComfyUI', () => {
    const page = '<!doctype html><html><body>nginx: <b>502 Bad Gateway</b></body></html>'
    for (const status of [200, 400, 502]) {
      const error = explainRejection(status, 'text/html', page, null)
      expect(error.code).toBe('engine_unreachable')
      expect(error.detail).not.toContain('<')
    }
  })

  it.each([401, 403, 407])('fault 99: HTTP %s is about credentials', (status) => {
    const error = explainRejection(status, 'text/plain', 'no', null)
    expect(error.code).toBe('engine_unreachable')
    expect(error.detail).toContain('credentials')
  })

  it.each(VERSIONS)('of a class of a known pack names the pack (%s)', (version) => {
    const answer = recorded.rejections.find(
      (one) => one.version === version && one.label === 'unknown class',
    )
    const body = answer?.body.replaceAll('NoSuchNode', 'VHS_VideoCombine') ?? ''
    const error = explainRejection(400, 'application/json', body, null)
    expect(error.code).toBe('node_missing')
    expect(error.detail).toContain('ComfyUI-VideoHelperSuite')
  })

  it('names no folder of the server', () => {
    const error = rejected('0.28.0', 'path traversal')
    expect(error.detail).toContain('"passwd"')
    expect(error.detail).not.toContain('/etc')
  })
})

/** recording, label, code, node, what the sentence says */
const FAILURES: readonly [string, string, string, string, RegExp][] = [
  ['f', 'corrupt PNG', 'engine_input_refused', '1', /cannot read corrupt\.png as a picture/],
  ['f', 'corrupt audio', 'engine_input_refused', '3', /cannot read bad\.wav/],
  ['f', 'video file without audio stream', 'engine_input_refused', '3', /no sound in clip30/],
  ['f', 'empty VAE file', 'model_missing', '50', /Wan2_1_VAE_bf16\.safetensors.*damaged/],
  ['f', 'empty DiT file', 'model_missing', '50', /Wan2_1-I2V-14B.*damaged/],
  ['f', 'sageattn not installed', 'engine_dependency_missing', '50', /sageattention.*sdpa/],
  [
    'f',
    'wav2vec2 download when HF is unreachable',
    'model_missing',
    '50',
    /TencentGameMate\/chinese-wav2vec2-base from Hugging Face/,
  ],
  ['p5', '', 'workflow_invalid', '128', /two speakers without masks/],
  ['g', 'a second prompt queued', 'engine_interrupted', '131', /Someone else interrupted/],
]

describe.each(VERSIONS)('a failure in ComfyUI %s', (version) => {
  it.each(FAILURES)('%s %s is %s', (recording, label, code, nodeId, sentence) => {
    const error = failed(version, recording, label)
    expect(error.code).toBe(code)
    expect(error.meta.node).toEqual(nodeOf(nodeId))
    expect(error.detail).toMatch(sentence)
  })
})

describe('a failure', () => {
  it('of transformers 5 names the version that works', () => {
    const error = failed('0.3.64', 'p0b', '')
    expect(error.code).toBe('engine_dependency_missing')
    expect(error.detail).toContain('transformers<5')
  })

  it('of a window that is not longer than its motion frames says so', () => {
    const error = failed('0.3.64', 'p13', '')
    expect(error.code).toBe('workflow_invalid')
    expect(error.detail).toContain('motion_frame must be smaller')
  })

  it.each([
    [
      'torch.OutOfMemoryError',
      'Allocation on device 0 would exceed allowed memory. (out of memory)',
    ],
    [
      'torch.cuda.OutOfMemoryError',
      'Allocation on device \nThis error means you ran out of memory',
    ],
    ['torch.AcceleratorError', 'CUDA error: out of memory\nCUDA kernel errors might be reported'],
    ['RuntimeError', 'HIP out of memory. Tried to allocate 2.00 GiB'],
    ['RuntimeError', 'CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`'],
  ])('fault 100: %s "%s" is gpu_out_of_memory', (exceptionType, message) => {
    const error = failure({ exceptionType, message })
    expect(error.code).toBe('gpu_out_of_memory')
    expect(error.entry.hint).toContain('smaller size')
    expect(error.meta.poisoned).toBeUndefined()
  })

  it.each([
    { offload: true, blocks: 20, advice: '; raise block_swap above 20 (at most 40).' },
    { offload: true, blocks: 40, advice: ' (Allocation on device).' },
    { offload: false, blocks: 40, advice: '; set force_offload to true.' },
    {
      offload: false,
      blocks: 0,
      advice: '; set force_offload to true and raise block_swap above 0 (at most 40).',
    },
  ])('14.26: of the GPU memory advises what was not set: $offload, $blocks', (given) => {
    const graph: Graph = {
      '128': { class_type: 'WanVideoSampler', inputs: { force_offload: given.offload } },
      '134': { class_type: 'WanVideoBlockSwap', inputs: { blocks_to_swap: given.blocks } },
    }
    const data = {
      node_id: '128',
      node_type: 'WanVideoSampler',
      exception_type: 'torch.OutOfMemoryError',
      exception_message: 'Allocation on device',
    }
    const { detail, entry } = explainExecutionError({ type: 'execution_error', data }, graph)
    expect(detail).toMatch(new RegExp(`${given.advice.replaceAll(/[()]/g, '\\$&')}$`))
    expect(entry.hint).not.toMatch(/force_offload|block_swap/)
  })

  it.each([
    [
      'RuntimeError',
      "[enforce fail at alloc_cpu.cpp:114] DefaultCPUAllocator: can't allocate memory",
    ],
    ['MemoryError', ''],
    ['numpy._core._exceptions._ArrayMemoryError', 'Unable to allocate 7.1 GiB for an array'],
    ['OSError', '[Errno 12] Cannot allocate memory'],
  ])('%s "%s" is host_out_of_memory', (exceptionType, message) => {
    expect(failure({ exceptionType, message }).code).toBe('host_out_of_memory')
  })

  it.each([
    ['torch.AcceleratorError', 'CUDA error: an illegal memory access was encountered'],
    ['RuntimeError', 'CUDA error: device-side assert triggered'],
    ['RuntimeError', 'cuDNN error: CUDNN_STATUS_EXECUTION_FAILED'],
  ])('fault 92: %s "%s" has poisoned the process', (exceptionType, message) => {
    const error = failure({ exceptionType, message })
    expect(error.code).toBe('engine_failed')
    expect(error.meta.poisoned).toBe(true)
  })

  it.each([
    ["No module named 'librosa'", 'engine_dependency_missing', /Python module librosa/],
    [
      "Can't import color-matcher, did you install requirements.txt?",
      'engine_dependency_missing',
      /colormatch/,
    ],
    ['GGUF magic invalid', 'model_missing', /ggml\.gguf: the file is damaged/],
    [
      "Model in folder 'diffusion_models' with filename 'ggml.gguf' not found.",
      'model_missing',
      /ggml\.gguf/,
    ],
  ])('"%s" is %s', (message, code, sentence) => {
    const exceptionType = /module|import/.test(message)
      ? 'ModuleNotFoundError'
      : /not found/.test(message)
        ? 'FileNotFoundError'
        : 'ValueError'
    const type = 'WanVideoModelLoader'
    const error = failure({ exceptionType, message, type, inputs: { model: 'ggml.gguf' } })
    expect(error.code).toBe(code)
    expect(error.detail).toMatch(sentence)
  })

  it('that nobody foresaw names the node with its title, the exception and the first line of what it said', () => {
    const graph: Graph = {
      7: { class_type: 'Frobnicate', inputs: {}, _meta: { title: 'My node' } },
    }
    const message =
      "cannot open '/home/someone/my secret folder/x.bin' at /opt/comfy/run/y\nTraceback: ..."
    const error = explainExecutionError(
      {
        node_id: '7',
        node_type: 'Frobnicate',
        exception_type: 'foo.BarError',
        exception_message: message,
      },
      graph,
    )
    expect(error.code).toBe('engine_failed')
    expect(error.detail).toBe(
      `Node 7 (Frobnicate, "My node") failed: foo.BarError: cannot open 'x.bin' at y.`,
    )
  })

  it('is the same from the socket and from the history', () => {
    const { type, data, graph } = recorded.executionErrors[0] ?? expect.fail('nothing recorded')
    const fromSocket = explainExecutionError({ type, data }, graph)
    const fromHistory = explainExecutionError([type, data], graph)
    const bare = explainExecutionError(data, graph)
    expect(fromHistory.detail).toBe(fromSocket.detail)
    expect(bare.detail).toBe(fromSocket.detail)
  })

  it('of a node that another one made is named as that one in the graph', () => {
    const graph: Graph = { 128: { class_type: 'Outer', inputs: {}, _meta: { title: 'Loop' } } }
    const data = {
      node_id: '128.0.0.2',
      node_type: 'Inner',
      exception_type: 'E',
      exception_message: '',
    }
    const error = explainExecutionError(data, graph)
    expect(error.detail).toBe('Node 128.0.0.2 (Inner, "Loop") failed: E.')
  })
})

describe('whatever a server answers', () => {
  it('an AppError with one bounded sentence comes out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(599), fc.string(), (json, status, contentType) => {
        const body = JSON.stringify({
          error: json,
          node_errors: { 1: json, x: { errors: [json] } },
        })
        for (const error of [
          explainRejection(status, contentType, body, null),
          explainRejection(status, contentType, JSON.stringify(json), null),
          explainExecutionError(json, null),
        ]) {
          expect(error).toBeInstanceOf(AppError)
          expect(error.detail.length).toBeLessThan(2000)
          expect(error.detail).not.toMatch(/\p{Cc}/u)
        }
      }),
    )
  })

  it('its words are bounded, on one line', () => {
    const error = failure({ exceptionType: 'E', message: `${'x\u0007'.repeat(100_000)}\nsecond` })
    expect(error.detail.length).toBeLessThan(300)
    expect(error.detail).not.toMatch(/\p{Cc}/u)
  })
})

function failure(given: {
  readonly exceptionType: string
  readonly message: string
  readonly type?: string
  readonly inputs?: Graph[string]['inputs']
}): AppError {
  const type = given.type ?? 'WanVideoSampler'
  const data = {
    node_id: '128',
    node_type: type,
    exception_type: given.exceptionType,
    exception_message: given.message,
  }
  return explainExecutionError(data, { 128: { class_type: type, inputs: given.inputs ?? {} } })
}

function nodeOf(id: string | null): unknown {
  return id === null ? undefined : { id, type: expect.any(String) }
}
