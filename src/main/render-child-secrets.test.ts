// The process that renders gets no secrets. A stand-in takes its place and sends back all that it was given.
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { createGenerationRequestParser, DEFAULT_REQUEST_BOUNDS } from '@infinitetalk/contract'
import { afterEach, expect, it, vi } from 'vitest'
import { sampleEngine } from '../../test/support/sample-engine.ts'
import { createTestFolder } from '../../test/support/test-folder.ts'
import { loadConfig } from '../config/load-config.ts'
import { listSettings } from '../config/settings.ts'
import type { AppError } from '../domain/errors.ts'
import { acceptRequest } from '../domain/generation.ts'
import { composeRenderer } from './compose-renderer.ts'

const SECRET = 'hunter2hunter2hunter2'

/** Settings whose value must have a form. */
const FORMS: Readonly<Record<string, string>> = {
  INFINITETALK_API_KEYS: `me:${SECRET}`,
  COMFYUI_HEADERS: `Authorization: Bearer ${SECRET}`,
  INFINITETALK_WEBHOOK_SECRETS: `whsec_${SECRET}${SECRET}AA`,
}

const url = 'https://example.com/input'
const SPEC = acceptRequest(
  createGenerationRequestParser(DEFAULT_REQUEST_BOUNDS)({
    engine: 'preview',
    image: { url },
    audio: { url },
  }),
)

const ECHO = `
process.once('message', (order) => {
  const detail = JSON.stringify({ order, env: process.env, argv: process.argv })
  process.send({ type: 'failed', error: { code: 'engine_failed', detail, pointer: null, meta: {} } }, () =>
    process.disconnect(),
  )
})
`

afterEach(() => vi.unstubAllEnvs())

it('14.17: the process of a render is given no secret, whichever settings are secret', async () => {
  const folder = await createTestFolder()
  const program = folder.path('echo.mjs')
  await writeFile(program, ECHO)
  const secrets = listSettings().filter(({ secret }) => secret)
  expect(secrets.length).toBeGreaterThan(5)
  const env: Record<string, string> = {
    COMFYUI_URL: `https://me:${SECRET}@gpu.example`,
    INFINITETALK_WORKERS: '3',
    S3_BUCKET: 'videos',
    S3_REGION: 'eu-central-1',
  }
  for (const { environment } of secrets) env[environment] = FORMS[environment] ?? SECRET
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const tool = { path: '/usr/bin/true', version: '7.0', major: 7, origin: 'path' } as const
  const renderer = composeRenderer({
    config: loadConfig({ env }),
    tools: { ffmpeg: { ...tool, name: 'ffmpeg' }, ffprobe: { ...tool, name: 'ffprobe' } },
    engines: new Map([['preview', sampleEngine({ name: 'preview', runsIn: 'child' })]]),
    renderProgram: pathToFileURL(program),
  })
  const rendering = renderer.render({
    spec: SPEC,
    jobId: 'job_1',
    workDir: folder.path('.'),
    signal: new AbortController().signal,
    onProgress: () => {},
    remote: { found: null, keep: async () => {} },
    measuredSpeeds: [],
  })
  const told = await rendering.catch((error: AppError) => error.detail)
  expect(told).toContain('"workers":3')
  expect(told).toContain('gpu.example')
  expect(told).not.toContain(SECRET)
})
