import { describe, expect, it } from 'vitest'
import type { GenerationSpec } from './generation-spec.ts'
import { createGenerationRequestParser } from './parse-generation-request.ts'
import type { RequestProblem } from './problems.ts'
import { DEFAULT_REQUEST_BOUNDS } from './request-bounds.ts'

const parse = createGenerationRequestParser()

const STRUCTURED = { image: { url: 'https://example.org/a.png' }, audio: { path: 'voice.wav' } }
const FLAT = { image_url: 'https://example.org/a.png', wav_path: 'voice.wav' }

function specOf(body: unknown): GenerationSpec {
  const result = parse(body)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.spec
}

function problemsOf(body: unknown): readonly RequestProblem[] {
  const result = parse(body)
  if (result.ok) throw new Error('The body was accepted.')
  return result.problems
}

function placesOf(body: unknown): readonly string[] {
  return problemsOf(body).map(({ pointer, code }) => `${pointer} ${code}`)
}

describe('a generation request', () => {
  it('fills in every default of the structured form', () => {
    expect(specOf(STRUCTURED)).toEqual({
      inputType: 'image',
      visual: { kind: 'url', url: 'https://example.org/a.png' },
      personCount: 'single',
      voices: [{ source: { kind: 'path', path: 'voice.wav' }, speaker: 'left', box: null }],
      engine: null,
      workflow: null,
      preset: 'balanced',
      size: null,
      resolution: '480p',
      aspectRatio: null,
      fit: 'face',
      prompts: ['A person talking naturally'],
      negativePrompt: null,
      maxFrames: null,
      seed: null,
      steps: null,
      cfg: null,
      shift: null,
      scheduler: null,
      audioScale: null,
      audioCfgScale: null,
      loras: [],
      blockSwap: null,
      attention: null,
      motionFrames: null,
      windowFrames: null,
      equaliseWindows: false,
      colorMatch: null,
      forceOffload: true,
      onShortVideo: 'hold',
      face: { index: null, crop: false },
      label: false,
      expressiveness: 'natural',
      priority: 'normal',
      startWithinSeconds: null,
      deadlineSeconds: null,
      reuse: false,
      keep: false,
      metadata: {},
      webhook: null,
      explicit: [],
    } satisfies GenerationSpec)
  })

  it('reads every member of the complete body', () => {
    const spec = specOf({
      video: { file_id: 'file_0199-a' },
      audio: [
        { base64: 'UklGRg==', speaker: 'right', box: [0.5, 0, 0.5, 1] },
        { url: 'https://b' },
      ],
      input_type: 'video',
      person_count: 'multi',
      engine: 'comfyui',
      workflow: 'v2v_multi',
      preset: 'quality',
      width: 640,
      height: 480,
      fit: 'pad',
      prompt: ['calm', 'excited'],
      negative_prompt: 'blurry',
      max_frames: 250,
      seed: Number.MAX_SAFE_INTEGER,
      steps: 6,
      cfg: 1.5,
      shift: 11,
      scheduler: 'flowmatch_distill',
      audio_scale: 1.2,
      audio_cfg_scale: 2,
      loras: [{ name: 'wan/lightx2v.safetensors' }, { name: 'b', strength: 0.5 }],
      block_swap: 20,
      attention: 'sageattn',
      motion_frames: 13,
      window_frames: 49,
      equalise_windows: true,
      color_match: 'mkl',
      force_offload: false,
      on_short_video: 'pingpong',
      face: { index: 1, crop: true },
      label: true,
      priority: 'high',
      start_within_s: 600,
      deadline_s: 3600,
      reuse: true,
      metadata: { order: '17' },
      webhook: { url: 'https://hook', events: ['job.failed'] },
    })
    expect(spec).toMatchObject({
      inputType: 'video',
      visual: { kind: 'file', fileId: 'file_0199-a' },
      personCount: 'multi',
      voices: [
        {
          source: { kind: 'base64', base64: 'UklGRg==' },
          speaker: 'right',
          box: [0.5, 0, 0.5, 1],
        },
        { source: { kind: 'url', url: 'https://b' }, speaker: 'left', box: null },
      ],
      engine: 'comfyui',
      workflow: 'v2v_multi',
      preset: 'quality',
      size: { width: 640, height: 480 },
      fit: 'pad',
      prompts: ['calm', 'excited'],
      negativePrompt: 'blurry',
      maxFrames: 250,
      seed: Number.MAX_SAFE_INTEGER,
      steps: 6,
      cfg: 1.5,
      shift: 11,
      scheduler: 'flowmatch_distill',
      audioScale: 1.2,
      audioCfgScale: 2,
      loras: [
        { name: 'wan/lightx2v.safetensors', strength: 1 },
        { name: 'b', strength: 0.5 },
      ],
      blockSwap: 20,
      attention: 'sageattn',
      motionFrames: 13,
      windowFrames: 49,
      equaliseWindows: true,
      colorMatch: 'mkl',
      forceOffload: false,
      onShortVideo: 'pingpong',
      face: { index: 1, crop: true },
      label: true,
      priority: 'high',
      startWithinSeconds: 600,
      deadlineSeconds: 3600,
      reuse: true,
      metadata: { order: '17' },
      webhook: { url: 'https://hook', events: ['job.failed'] },
    })
    expect(spec.explicit).toHaveLength(35)
  })

  it('remembers which options were set, an alias under its one name and null as not set', () => {
    const body = { ...STRUCTURED, max_frame: 80, seed: null, prompt: 'Hello', face: 0 }
    expect(specOf(body).explicit).toEqual(['prompt', 'max_frames', 'face'])
    expect(specOf(body)).toMatchObject({ maxFrames: 80, face: { index: 0, crop: false } })
  })

  it('reads the part of an image, and rejects one of a video', () => {
    expect(specOf({ ...STRUCTURED, crop: [0.1, 0, 0.5, 0.8] }).crop).toEqual([0.1, 0, 0.5, 0.8])
    expect(specOf(STRUCTURED)).not.toHaveProperty('crop')
    const { image: _, ...others } = STRUCTURED
    const result = parse({ ...others, video: { url: 'v' }, crop: [0, 0, 1, 1] })
    expect(result).toMatchObject({
      ok: false,
      problems: [{ pointer: '/crop', message: 'crop cuts an image; a video is used whole.' }],
    })
  })

  it('tells all problems at once, each at its place', () => {
    const body = {
      imge: {},
      image: { path: 'a.png', url: 'https://b' },
      audio: [{ url: 'x' }, { url: 'y', speakr: 'left', box: [0.5, 0, 0.6, 1] }],
      prompt: ['a', 5],
      width: 1.5,
      height: 9000,
      face: { indx: 1 },
      webhook: { events: ['job.succeded'] },
      loras: [{ name: '../secret' }],
      metadata: { a: 5 },
      fit: 'fase',
      max_frames: 0,
      motion_frames: 10,
      scheduler: 'uni pc',
    }
    expect(placesOf(body).toSorted()).toEqual([
      '/audio/1/box invalid_request',
      '/audio/1/speakr unknown_field',
      '/face/indx unknown_field',
      '/fit invalid_request',
      '/height invalid_request',
      '/image input_ambiguous',
      '/imge unknown_field',
      '/loras/0/name invalid_request',
      '/max_frames invalid_request',
      '/metadata/a invalid_request',
      '/motion_frames invalid_request',
      '/prompt/1 invalid_request',
      '/scheduler invalid_request',
      '/webhook/events/0 invalid_request',
      '/webhook/url invalid_request',
      '/width invalid_request',
    ])
  })

  it.each([
    [{ imge: 1 }, 'There is no member "imge". Did you mean "image"?'],
    [{ zebra: 1 }, 'There is no member "zebra".'],
    [{ webhook: { ulr: 'x' } }, 'There is no member "webhook.ulr". Did you mean "url"?'],
    [{ webhook: { events: [] } }, 'webhook.url is missing.'],
    [{ fit: 'pda' }, 'fit must be one of "crop", "pad", "face"; "pad" is close.'],
    [{ seed: 0.5 }, 'seed must be a whole number.'],
    [{ seed: -1 }, 'seed must be at least 0.'],
    [{ width: 9000, height: 512 }, 'width must be at most 2048.'],
    [{ deadline_s: 0 }, 'deadline_s must be more than 0.'],
    [{ prompt: 5 }, 'prompt must be a text or a list.'],
    [{ prompt: 'a\0b' }, 'prompt must not contain NUL or broken Unicode characters.'],
    [{ prompt: '\ud800' }, 'prompt must not contain NUL or broken Unicode characters.'],
    [{ face: 'left' }, 'face must be a number or an object.'],
    [{ label: 'yes' }, 'label must be true or false.'],
    [{ loras: Array(9).fill({ name: 'a' }) }, 'loras must have at most 8 entries.'],
    [{ image: 'https://a' }, 'image must be an object.'],
    [{ image: {} }, 'image needs one of path, url, base64, file_id.'],
    [{ image: { url: '' } }, 'image.url must not be empty.'],
    [
      { window_frames: 81, motion_frames: 33, max_frame: 2, max_frames: 3 },
      'max_frame is 2 but max_frames is 3: they are one parameter, give one of them.',
    ],
    [
      { window_frames: 13, motion_frames: 13 },
      'window_frames is 13 but must be more than motion_frames (13).',
    ],
    [
      { width: 2048, height: 1024 },
      'width times height makes 2097152 pixels; at most 1638400 are allowed.',
    ],
    [{ width: 512 }, 'height is missing: width is given.'],
    [
      { resolution: '720p', width: 512, height: 512 },
      'resolution cannot go together with width and height.',
    ],
    [{ aspect_ratio: '16x9' }, 'aspect_ratio must be two whole numbers such as "9:16".'],
  ])('says of %j: %s', (members, message) => {
    expect(problemsOf({ ...STRUCTURED, ...members }).map((problem) => problem.message)).toContain(
      message,
    )
  })

  it('keeps prompts within their bounds', () => {
    const long = 'x'.repeat(4000)
    expect(specOf({ ...STRUCTURED, prompt: [long, ''] }).prompts).toEqual([long, ''])
    expect(problemsOf({ ...STRUCTURED, prompt: `${long}x` })[0]?.message).toBe(
      'prompt must have at most 4000 characters.',
    )
    expect(placesOf({ ...STRUCTURED, prompt: ['', `${long}x`] })).toEqual([
      '/prompt/1 invalid_request',
    ])
  })

  it('keeps metadata within its bounds', () => {
    const keys = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']))
    expect(specOf({ ...STRUCTURED, metadata: keys(16) }).metadata).toEqual(keys(16))
    expect(placesOf({ ...STRUCTURED, metadata: keys(17) })).toEqual(['/metadata invalid_request'])
    expect(placesOf({ ...STRUCTURED, metadata: { a: 'x'.repeat(513) } })).toEqual([
      '/metadata/a invalid_request',
    ])
  })

  it('fault 54: sees through names that poison prototypes', () => {
    const members = [
      '"__proto__": {"seed": 1}',
      '"constructor": {}',
      '"toString": 1',
      '"image": {"url": "u", "__proto__": {}}',
      '"metadata": {"__proto__": "x"}',
    ]
    const places = members.map((member) =>
      placesOf(JSON.parse(`{"image":{"url":"u"},"audio":{"url":"v"},${member}}`)),
    )
    expect(places).toEqual([
      ['/__proto__ unknown_field'],
      ['/constructor unknown_field'],
      ['/toString unknown_field'],
      ['/image/__proto__ unknown_field'],
      ['/metadata/__proto__ invalid_request'],
    ])
    expect(({} as { seed?: number }).seed).toBeUndefined()
  })

  it('fault 54: reads deep nesting and numbers beyond infinity as what they are', () => {
    const depth = 100_000
    const deep = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(placesOf({ ...STRUCTURED, prompt: deep })).toEqual(['/prompt/0 invalid_request'])
    expect(placesOf({ ...STRUCTURED, ...JSON.parse('{"steps":1e400}') })).toEqual([
      '/steps invalid_request',
    ])
  })

  it('refuses a hundred thousand members or entries at once, with one problem', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => index)
    const members = Object.fromEntries(many.map((index) => [`name${index}`, index]))
    expect(placesOf({ ...STRUCTURED, ...members })).toEqual([' invalid_request'])
    expect(placesOf({ ...STRUCTURED, prompt: many })).toEqual(['/prompt invalid_request'])
    expect(placesOf({ ...STRUCTURED, metadata: members })).toEqual(['/metadata invalid_request'])
    expect(placesOf({ image: members, audio: [{ url: many }] })).toEqual(['/image invalid_request'])
  })

  it('counts the problems after the first hundred', () => {
    const names = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`n${index}`, 1]))
    const problems = problemsOf({ ...STRUCTURED, ...names })
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)?.message).toBe('100 more problems were found.')
  })

  it('obeys the bounds of its operator', () => {
    const strict = createGenerationRequestParser({
      ...DEFAULT_REQUEST_BOUNDS,
      promptMaxChars: 3,
      base64MaxBytes: 2,
      audioMaxSeconds: 10,
    })
    const result = strict({
      ...STRUCTURED,
      image: { base64: 'QUJD' },
      prompt: 'long',
      max_frames: 400,
    })
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'prompt must have at most 3 characters.',
      'max_frames must be at most 331.',
      'image.base64 holds 3 bytes; at most 2 are allowed.',
    ])
  })
})

describe('the flat form', () => {
  it('has the sizes of the simple API', () => {
    expect(specOf(FLAT).size).toEqual({ width: 512, height: 512 })
    expect(specOf({ video_url: 'v', wav_path: 'a' })).toMatchObject({
      inputType: 'video',
      size: { width: 640, height: 640 },
    })
    expect(specOf({ ...FLAT, width: 300 }).size).toEqual({ width: 300, height: 512 })
    expect(specOf({ ...FLAT, resolution: '720p' })).toMatchObject({
      size: null,
      resolution: '720p',
    })
  })

  it('takes the path before the URL before the base64', () => {
    const all = { image_base64: 'QUJD', image_url: 'u', image_path: 'p' }
    const wav = { wav_base64: 'QUJD', wav_url: 'u' }
    expect(specOf({ ...all, ...wav })).toMatchObject({
      visual: { kind: 'path', path: 'p' },
      voices: [{ source: { kind: 'url', url: 'u' } }],
    })
    expect(specOf({ ...all, image_path: null, ...wav }).visual).toEqual({ kind: 'url', url: 'u' })
  })

  it('knows the audio by both names', () => {
    const body = { image_path: 'i', audio_base64: 'QUJD', audio_url_2: 'u' }
    expect(specOf(body)).toMatchObject({
      personCount: 'multi',
      voices: [
        { source: { kind: 'base64', base64: 'QUJD' }, speaker: 'left' },
        { source: { kind: 'url', url: 'u' }, speaker: 'right' },
      ],
    })
  })

  it('looks only at what input_type and person_count name', () => {
    const both = { image_path: 'i', video_path: 'v', wav_path: 'a', wav_path_2: 'b' }
    expect(specOf({ ...both, person_count: 'single' })).toMatchObject({
      visual: { path: 'i' },
      voices: [{ source: { path: 'a' } }],
    })
    expect(specOf({ ...both, input_type: 'video' })).toMatchObject({
      visual: { path: 'v' },
      personCount: 'multi',
    })
  })

  it('says what is missing', () => {
    expect(placesOf({})).toEqual(['/image input_missing', '/audio input_missing'])
    expect(placesOf({ ...FLAT, input_type: 'video' })).toEqual(['/video input_missing'])
    expect(placesOf({ ...FLAT, person_count: 'multi' })).toEqual(['/wav_path_2 input_missing'])
    expect(placesOf({ image_path: 'i', wav_path_2: 'b' })).toEqual(['/audio input_missing'])
    expect(problemsOf({})[0]?.message).toBe(
      'No image is given: send "image" (or one of image_path, image_url, image_base64).',
    )
  })

  it('is not mixed with the structured form of the same medium', () => {
    expect(placesOf({ ...STRUCTURED, image_url: 'u' })).toEqual(['/image_url input_ambiguous'])
    expect(placesOf({ ...STRUCTURED, video_url: 'u' })).toEqual(['/video_url input_ambiguous'])
    expect(placesOf({ ...STRUCTURED, wav_url: 'u' })).toEqual(['/wav_url input_ambiguous'])
    expect(placesOf({ ...STRUCTURED, audio_url_2: 'u' })).toEqual(['/audio_url_2 input_ambiguous'])
    expect(specOf({ image: { path: 'i' }, wav_url: 'u' })).toMatchObject({
      size: null,
      voices: [{ source: { url: 'u' } }],
    })
  })

  it('fault 56: refuses broken base64 by name', () => {
    expect(problemsOf({ image_base64: 'QQ=', wav_base64: 'data:audio/wav;base64,' })).toEqual([
      {
        pointer: '/image_base64',
        code: 'base64_invalid',
        message: 'image_base64 is not valid base64: its padding is wrong: 2 "=" expected, 1 found.',
      },
      {
        pointer: '/wav_base64',
        code: 'input_empty',
        message: 'wav_base64 is not valid base64: it holds no data.',
      },
    ])
  })
})

describe('two speakers', () => {
  it('are as many as there are voices', () => {
    const [one, two] = [{ path: 'a' }, { path: 'b' }]
    const image = { path: 'i' }
    expect(specOf({ image, audio: [one] }).personCount).toBe('single')
    expect(specOf({ image, audio: [one, two] }).personCount).toBe('multi')
    expect(placesOf({ image, audio: one, person_count: 'multi' })).toEqual(['/audio input_missing'])
    expect(placesOf({ image, audio: [one, two], person_count: 'single' })).toEqual([
      '/audio input_ambiguous',
    ])
    expect(placesOf({ image, audio: [one, two, one] })).toEqual(['/audio invalid_request'])
    expect(placesOf({ image, audio: [] })).toEqual(['/audio invalid_request'])
  })

  it('are two different ones', () => {
    const audio = (first?: string, second?: string) => [
      { path: 'a', speaker: first },
      { path: 'b', speaker: second },
    ]
    const speakers = (list: unknown) =>
      specOf({ image: { path: 'i' }, audio: list }).voices.map(({ speaker }) => speaker)
    expect(speakers(audio())).toEqual(['left', 'right'])
    expect(speakers(audio('right'))).toEqual(['right', 'left'])
    expect(speakers(audio(undefined, 'left'))).toEqual(['right', 'left'])
    expect(placesOf({ image: { path: 'i' }, audio: audio('left', 'left') })).toEqual([
      '/audio/1/speaker invalid_request',
    ])
  })
})

describe('the envelope', () => {
  it('is taken off, and the places stay those of what was sent', () => {
    expect(specOf({ input: FLAT, network_volume: '/runpod-volume' })).toEqual(specOf(FLAT))
    expect(specOf({ input: { ...FLAT, network_volume: true } })).toEqual(specOf(FLAT))
    expect(placesOf({ input: { ...FLAT, sed: 1 }, policy: {} })).toEqual([
      '/policy unknown_field',
      '/input/sed unknown_field',
    ])
    expect(placesOf({ input: 5 })).toEqual(['/input invalid_request'])
  })

  it.each([null, 5, 'text', [], undefined, true])('refuses the body %j', (body) => {
    expect(placesOf(body)).toEqual([' invalid_request'])
  })
})
