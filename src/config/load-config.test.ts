import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { DEFAULT_LIMITS } from '../domain/limits.ts'
import { type ConfigSources, loadConfig } from './load-config.ts'

function problemsOf(sources: ConfigSources): unknown {
  try {
    loadConfig(sources)
  } catch (error) {
    if (error instanceof AppError && error.code === 'config_invalid') return error.meta.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('has a default for all that needs one', () => {
    expect(loadConfig({ env: {} })).toEqual({
      host: '127.0.0.1',
      port: 8787,
      dataDir: './data',
      logLevel: 'info',
      beamGatewayUrl: 'https://app.beam.cloud',
      runpodUrl: 'https://api.runpod.ai/v2',
      runpodVolumeDir: '/runpod-volume',
      s3: {
        cacheMaxBytes: 20e9,
        linkLifeMs: 3_600_000,
        redirectVideos: 'false',
        directUploads: 'false',
        region: 'us-east-1',
      },
      speechModel: 'tts-1',
      runpodRefreshWorker: 'false',
      comfyuiArgs: [],
      pricePerHour: [],
      currency: 'USD',
      allowedPathRoots: [],
      allowedOrigins: [],
      comfyuiWaitMs: 300_000,
      fetch: { extraPorts: [], allowPrivateAddresses: [] },
      limits: DEFAULT_LIMITS,
    })
  })

  it('takes the environment before the file and the file before the default', () => {
    const config = loadConfig({
      env: { INFINITETALK_PORT: '9000', INFINITETALK_LIMIT_IMAGE_MAX_BYTES: '1MB' },
      file: { port: 9001, host: '0.0.0.0', limits: { imageMaxBytes: 5, audioMaxSeconds: 60 } },
    })
    expect(config).toMatchObject({
      port: 9000,
      host: '0.0.0.0',
      dataDir: './data',
      limits: { imageMaxBytes: 1_000_000, audioMaxSeconds: 60, imageMinSide: 16 },
    })
  })

  it('is not changed by variables that are empty or belong to others', () => {
    const env = { INFINITETALK_PORT: '', INFINITETALK_TOKEN: '  ', PORT: '1', PATH: '/bin' }
    expect(loadConfig({ env })).toEqual(loadConfig({ env: {} }))
  })

  it.each([
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '20000000', 20_000_000],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '20MB', 20_000_000],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '20 MiB', 20 * 1024 ** 2],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '1.5kB', 1500],
    ['INFINITETALK_LIMIT_FETCH_TIMEOUT_MS', '120000', 120_000],
    ['INFINITETALK_LIMIT_FETCH_TIMEOUT_MS', '120s', 120_000],
    ['INFINITETALK_LIMIT_FETCH_TIMEOUT_MS', '2min', 120_000],
    ['INFINITETALK_LIMIT_AUDIO_MAX_SECONDS', '10min', 600],
    ['INFINITETALK_LIMIT_AUDIO_MAX_SECONDS', '0.5', 0.5],
    ['INFINITETALK_LIMIT_FETCH_MAX_REDIRECTS', '0', 0],
  ])('reads %s=%s as %d', (name, text, value) => {
    expect(Object.values(loadConfig({ env: { [name]: text } }).limits)).toContain(value)
  })

  it('reads lists as commas in the environment and as arrays in the file', () => {
    const fromFile = {
      fetch: { extraPorts: [8080, '9090'], allowPrivateAddresses: ['10.0.0.0/8'] },
    }
    const fromEnvironment = {
      INFINITETALK_FETCH_EXTRA_PORTS: '8080, 9090,',
      INFINITETALK_FETCH_ALLOW_CIDRS: '10.0.0.0/8',
    }
    const fetch = { extraPorts: [8080, 9090], allowPrivateAddresses: ['10.0.0.0/8'] }
    expect(loadConfig({ env: {}, file: fromFile }).fetch).toEqual(fetch)
    expect(loadConfig({ env: fromEnvironment }).fetch).toEqual(fetch)
  })

  it('reads a price of all engines and prices of some', () => {
    const env = { INFINITETALK_PRICE_PER_HOUR: 'comfyui=0.69, 1.2' }
    expect(loadConfig({ env }).pricePerHour).toEqual(['comfyui=0.69', '1.2'])
    expect(loadConfig({ env: {}, file: { pricePerHour: 0.69 } }).pricePerHour).toEqual(['0.69'])
  })

  it.each([
    ['INFINITETALK_PORT', '65536'],
    ['INFINITETALK_PORT', '-1'],
    ['INFINITETALK_PORT', '80.5'],
    ['INFINITETALK_PORT', '0x50'],
    ['INFINITETALK_PORT', '80MB'],
    ['INFINITETALK_URL', 'hub.example.com'],
    ['INFINITETALK_URL', 'ftp://hub.example.com'],
    ['INFINITETALK_ALLOWED_ORIGINS', 'https://example.com/page'],
    ['INFINITETALK_ALLOWED_ORIGINS', 'example.com'],
    ['INFINITETALK_ENGINE', 'Preview'],
    ['INFINITETALK_LOG_LEVEL', 'loud'],
    ['INFINITETALK_WORKERS', '0'],
    ['INFINITETALK_FETCH_EXTRA_PORTS', '8080,http'],
    ['INFINITETALK_FETCH_ALLOW_CIDRS', '10.0.0.1'],
    ['INFINITETALK_PRICE_PER_HOUR', 'cheap'],
    ['INFINITETALK_PRICE_PER_HOUR', '-1'],
    ['INFINITETALK_PRICE_PER_HOUR', 'Comfy UI=0.69'],
    ['INFINITETALK_PRICE_PER_HOUR', 'comfyui=0.69,comfyui=0.7'],
    ['INFINITETALK_CURRENCY', '$'],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '20 bananas'],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '0'],
    ['INFINITETALK_LIMIT_IMAGE_MAX_BYTES', '1e999'],
    ['INFINITETALK_LIMIT_FETCH_TIMEOUT_MS', '25d'],
    ['INFINITETALK_LIMIT_FETCH_TIMEOUT_MS', '600h'],
  ])('refuses %s=%s by name, without the value', (name, text) => {
    expect(problemsOf({ env: { [name]: text } })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be .*\\.$`)),
    ])
  })

  it('names everything that is wrong at once', () => {
    const problems = problemsOf({
      env: { INFINITETALK_PORT: 'x', INFINITETALK_PROT: '1' },
      file: { host: 3, limits: { imageMaxSide: true } },
    })
    expect(problems).toEqual([
      'The variable INFINITETALK_PROT is no setting. Did you mean INFINITETALK_PORT?',
      '"host" in the file must be text.',
      'INFINITETALK_PORT must be a port number from 0 to 65535.',
      '"limits.imageMaxSide" in the file must be a whole number from 1.',
    ])
  })

  it('refuses keys of the file that do not exist, at any depth', () => {
    expect(
      problemsOf({ env: {}, file: { limits: { audioMaxSecond: 3 }, zebra: 1, fetch: [] } }),
    ).toEqual([
      'The key "limits.audioMaxSecond" of the configuration file is no setting. Did you mean limits.audioMaxSeconds?',
      'The key "zebra" of the configuration file is no setting.',
      'The key "fetch" of the configuration file must hold an object.',
    ])
  })

  it.each([
    ['S3_ENDPOINT', 'http://s3:9000'],
    ['S3_PUBLIC_ENDPOINT', 'http://s3:9000'],
    ['S3_ACCESS_KEY_ID', 'me'],
    ['S3_SECRET_ACCESS_KEY', 'secret'],
    ['S3_PREFIX', 'videos/'],
    ['S3_PATH_STYLE', 'false'],
    ['S3_REDIRECT_VIDEOS', 'true'],
    ['S3_DIRECT_UPLOADS', 'true'],
  ])('14.34: refuses %s without a bucket, which would change nothing', (name, value) => {
    const [problem, ...others] = problemsOf({ env: { [name]: value } }) as string[]
    expect(others).toEqual([])
    expect(problem).toContain(name)
    expect(problem).toContain('S3_BUCKET')
  })

  it('14.34: refuses a bucket without keys, and takes an empty variable for none', () => {
    expect(
      problemsOf({ env: { S3_ACCESS_KEY_ID: 'me' }, file: { s3: { bucket: 'videos' } } }),
    ).toEqual([expect.stringContaining('S3_SECRET_ACCESS_KEY')])
    expect(problemsOf({ env: { S3_BUCKET: ' ' } })).toEqual([])
  })

  it('14.34: refuses links that work longer than S3 lets them', () => {
    const bucket = { S3_BUCKET: 'videos', S3_ACCESS_KEY_ID: 'me', S3_SECRET_ACCESS_KEY: 'secret' }
    const problemsOfLife = (life: string): unknown =>
      problemsOf({ env: { ...bucket, S3_LINK_LIFE: life } })
    expect(problemsOfLife('168h')).toEqual([])
    expect(problemsOfLife('169h')).toEqual([expect.stringContaining('S3_LINK_LIFE')])
  })

  it('knows the variables that are no settings', () => {
    expect(
      problemsOf({ env: { INFINITETALK_CONFIG: 'a.json', INFINITETALK_TEST_ALL: '1' } }),
    ).toEqual([])
  })

  it('renders a job on each of several ComfyUIs, unless another number is set', () => {
    const parallel = (env: Record<string, string>): number =>
      loadConfig({ env }).limits.renderMaxParallel
    const urls = { COMFYUI_URL: 'http://a:8188,http://b:8188' }
    expect(parallel({})).toBe(1)
    expect(parallel(urls)).toBe(2)
    expect(parallel({ COMFYUI_DIR: '/c', COMFYUI_GPUS: '0,1,2' })).toBe(3)
    expect(parallel({ ...urls, INFINITETALK_LIMIT_RENDER_MAX_PARALLEL: '1' })).toBe(1)
  })

  it('refuses a folder for frames where no ComfyUI saves any', () => {
    const frames = { COMFYUI_FRAMES_DIR: '/frames' }
    expect(() => loadConfig({ env: frames })).toThrow(/COMFYUI_FRAMES_DIR has no effect without/)
    for (const name of ['COMFYUI_URL', 'COMFYUI_DIR']) {
      const env = { ...frames, [name]: name === 'COMFYUI_URL' ? 'http://gpu:8188' : '/comfyui' }
      expect(loadConfig({ env }).comfyuiFramesDir).toBe('/frames')
    }
  })

  it('refuses a least that is above its most', () => {
    expect(problemsOf({ env: { INFINITETALK_LIMIT_IMAGE_MIN_SIDE: '9000' } })).toEqual([
      'limits.imageMinSide (9000) is above limits.imageMaxSide (8192).',
    ])
  })

  it('never repeats a value that is refused: it may be a secret in the wrong place', () => {
    expect(JSON.stringify(problemsOf({ env: { INFINITETALK_URL: 'hunter2' } }))).not.toContain(
      'hunter2',
    )
  })
})
