// A file onto a volume: whole or not at all, each part by itself, nothing half left behind.
import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf, NEVER, openTrial, type Trial } from './trial.ts'

const CONTENT = randomBytes(10_500)
let folder = ''
let file = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'infinitetalk-test-'))
  file = join(folder, 'style.safetensors')
  await writeFile(file, CONTENT)
})
afterAll(() => rm(folder, { recursive: true }))

const send = ({ deployer, watcher }: Trial, { force = false, path = file } = {}) =>
  deployer.upload({
    file: path,
    volume: 'shelf',
    target: 'loras/style.safetensors',
    force,
    watcher,
    signal: NEVER,
  })

describe('an upload', () => {
  it('arrives as it was, in parts', async () => {
    await using trial = await openTrial()
    expect(await send(trial)).toMatchObject({ bytes: CONTENT.length, wasPresent: false })
    expect(trial.gateway.files.get('shelf/loras/style.safetensors')).toEqual(CONTENT)
    expect(trial.gateway.web.count(/^PUT \/store\/parts/)).toBe(11)
  })

  it('of a file of the same size that is there sends nothing, unless that is asked for', async () => {
    await using trial = await openTrial()
    await send(trial)
    expect(await send(trial)).toMatchObject({ wasPresent: true })
    expect(trial.gateway.web.count(/^PUT/)).toBe(11)
    expect(await send(trial, { force: true })).toMatchObject({ wasPresent: false })
  })

  it('sends a part again whose connection broke, by a new link, and no other', async () => {
    await using trial = await openTrial({ partsLost: 2, partsUnwell: 1 })
    await send(trial)
    expect(trial.gateway.files.get('shelf/loras/style.safetensors')).toEqual(CONTENT)
    expect(trial.gateway.web.count(/^PUT/)).toBe(14)
    expect(trial.gateway.web.count(/presigned-url$/)).toBe(3)
  })

  it('of a file that changes meanwhile is given up at once, and says so', async () => {
    await using trial = await openTrial()
    const path = join(folder, 'changing')
    await writeFile(path, CONTENT)
    const watcher = {
      ...trial.watcher,
      onBytes: () => {
        // Whatever the clock says: longer is changed.
        appendFileSync(path, 'more')
      },
    }
    const failure = await failureOf(send({ ...trial, watcher }, { path }))
    expect(failure.code).toBe('path_unreadable')
    expect(failure.detail).toMatch(/has changed, or cannot be read\.$/)
    expect(trial.gateway.uploads.size).toBe(0)
    expect(trial.gateway.files.size).toBe(0)
  })

  it('that the store refuses is given up there too', async () => {
    await using trial = await openTrial({ putsRefused: 99 })
    const failure = await failureOf(send(trial))
    expect(failure.code).toBe('deployment_failed')
    expect(failure.detail).toMatch(/part \d+ of 11 of loras\/style\.safetensors: HTTP 403/)
    expect(trial.gateway.uploads.size).toBe(0)
    expect(trial.gateway.files.size).toBe(0)
  })

  it('that cannot be put together is given up there too', async () => {
    const refusals = { '/api/v1/gateway/volumes/multipart-upload/complete': 'InvalidPart' }
    await using trial = await openTrial({ refusals })
    expect((await failureOf(send(trial))).detail).toContain('InvalidPart')
    expect(trial.gateway.uploads.size).toBe(0)
  })

  it('of a file that is not there, or empty, asks nobody', async () => {
    await using trial = await openTrial()
    const empty = join(folder, 'empty')
    await writeFile(empty, '')
    expect((await failureOf(send(trial, { path: empty }))).code).toBe('input_empty')
    expect((await failureOf(send(trial, { path: `${file}-not` }))).code).toBe('path_not_found')
    expect((await failureOf(send(trial, { path: folder }))).code).toBe('path_unreadable')
    expect(trial.gateway.web.asked).toEqual([])
  })
})
