// The compose files without a Docker engine: that every setting exists, every name leads somewhere, nothing is open to the
// network or to root that need not be, and what is stopped has the time that the hub takes. Their form was checked with the schema of
// the Compose Specification.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parsePins } from '../../deploy/docker/read-pins.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { listSettings } from '../../src/config/settings.ts'
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { readDockerfile } from './dockerfile.ts'

interface Service {
  readonly image: string
  readonly build?: { context: string; dockerfile: string; target: string }
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly networks?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { condition: string }>>
  readonly read_only?: boolean
  readonly tmpfs?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly privileged?: boolean
  readonly restart?: string
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly stop_grace_period?: string
  readonly logging?: { options: Readonly<Record<string, string>> }
  readonly deploy?: {
    resources: { reservations: { devices: { capabilities: string[]; device_ids?: string[] }[] } }
  }
}

interface ComposeFile {
  readonly name: string
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
  readonly networks?: Readonly<Record<string, { internal?: boolean } | null>>
}

const FOLDER = join(ROOT, 'deploy/docker')
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')
const pins = parsePins(read('pins.json'))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string
}
const NAMES = readdirSync(FOLDER).filter((name) => /^compose.*\.yaml$/.test(name))
const load = (name: string) => parse(read(name), { merge: true }) as ComposeFile
const services = NAMES.flatMap((file) =>
  Object.entries(load(file).services).map(([name, service]) => ({
    label: `${name} of ${file}`,
    name,
    file,
    service,
  })),
)
const ours = services.filter(({ service }) => service.build !== undefined)
const hubs = ours.filter(({ service }) => service.profiles === undefined)
/** Has no GPU, and no ComfyUI either. */
const isFront = ({ command = [] }: Service): boolean => command.includes('--no-worker')
const stages = readDockerfile(read('Dockerfile')).map(({ stage }) => stage)

describe('the compose files', () => {
  it('are the three of the guide', () => {
    expect(NAMES).toEqual(['compose.cluster.yaml', 'compose.gpu.yaml', 'compose.yaml'])
  })

  it.each(ours)('set only settings that exist: $label', ({ service }) => {
    const known = listSettings().map(({ environment }) => environment)
    for (const variable of Object.keys(service.environment ?? {})) expect(known).toContain(variable)
  })

  it.each(hubs)('make a configuration that is valid: $label', ({ service }) => {
    const given = {
      ...{ INFINITETALK_API_KEYS: 'me:0123456789abcdef', POSTGRES_PASSWORD: 'secret' },
      S3_SECRET_ACCESS_KEY: 'secret',
    }
    const env = mapValues(service.environment ?? {}, (value) => interpolate(value, given))
    const config = loadConfig({ env: { INFINITETALK_HOST: '0.0.0.0', ...env } })
    // A worker listens on no port; a hub that listens for others has a key.
    const listens = service.command?.[0] !== 'worker'
    if (listens) expect(config.apiKeys).toHaveLength(1)
  })

  it('say when a secret is missing instead of making one up', () => {
    for (const { service, label } of services) {
      for (const [name, value] of Object.entries(service.environment ?? {})) {
        if (/PASSWORD|API_KEYS|DATABASE_URL|SECRET_ACCESS_KEY/.test(name))
          expect(value, label).toMatch(/\$\{\w+:\?[^}]+\}/)
        else if (/TOKEN|SECRET/.test(name)) expect(value, label).toMatch(/^\$\{\w+:-\}$/)
      }
    }
  })

  it('ask for nothing that .env.example does not name', () => {
    const named = [...read('.env.example').matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name!)
    const asked = NAMES.flatMap((name) =>
      [...read(name).matchAll(/\$\{(\w+)/g)].map(([, key]) => key!),
    )
    expect(new Set(asked)).toEqual(new Set(named))
    expect(read('.env.example')).not.toMatch(/^(?!INFINITETALK_LOG_LEVEL)[A-Z0-9_]+=./m)
  })

  it.each(ours)(
    'build a target that is there, under the version of the program: $label',
    ({ service }) => {
      expect(service.build).toMatchObject({
        context: '../..',
        dockerfile: 'deploy/docker/Dockerfile',
      })
      expect(stages).toContain(service.build!.target)
      expect(service.image).toBe(`infinitetalk-${service.build!.target}:${version}`)
    },
  )

  it('take other images by the tag of pins.json', () => {
    const others = services.filter(({ service }) => service.build === undefined)
    expect(others.map(({ service }) => service.image)).toEqual([
      pins.images.postgres,
      pins.images.s3,
    ])
  })

  it.each(ours)('give $label no more than it needs', ({ service }) => {
    expect(service.read_only).toBe(true)
    expect(service.tmpfs).toEqual(['/tmp'])
    expect(service.cap_drop).toEqual(['ALL'])
    expect(service.security_opt).toEqual(['no-new-privileges:true'])
    expect(service.privileged).toBeUndefined()
  })

  it.each(services)(
    'open no port to the network, and keep no log without end: $label',
    ({ service }) => {
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
      expect(service.logging?.options).toMatchObject({ 'max-size': '10m', 'max-file': '3' })
    },
  )

  it.each(hubs)('give $label the time to stop in order', ({ service }) => {
    const [, seconds] = /^(\d+)s$/.exec(service.stop_grace_period ?? '') ?? []
    // 2 s for the last answers, and a margin.
    expect(Number(seconds) * 1000).toBeGreaterThan(DEFAULT_LIMITS.stopTimeoutMs + 5000)
    expect(service.restart).toBe('unless-stopped')
  })

  it.each(NAMES)('declare what the services of %s name', (name) => {
    const file = load(name)
    const entries = Object.values(file.services)
    const volumes = entries.flatMap((service) =>
      (service.volumes ?? []).map((at) => at.split(':')[0]!),
    )
    expect(new Set(volumes)).toEqual(new Set(Object.keys(file.volumes)))
    const networks = entries.flatMap((service) => service.networks ?? [])
    expect(new Set(networks)).toEqual(new Set(Object.keys(file.networks ?? {})))
    for (const { depends_on: needed = {} } of entries) {
      for (const [other, { condition }] of Object.entries(needed)) {
        expect(condition).toBe('service_healthy')
        expect(file.services[other]?.healthcheck?.test?.[0]).toBe('CMD')
      }
    }
  })

  it('have a command line that the program knows', () => {
    const commands = readdirSync(join(ROOT, 'src/cli/commands')).map((name) =>
      name.replace(/\.ts$/, ''),
    )
    const used = ours.flatMap(({ service }) =>
      service.command ? [service.command[0]!] : ['serve'],
    )
    for (const command of used) expect(commands).toContain(command)
  })
})

describe('the GPUs', () => {
  it.each(NAMES)(
    'are given to each process of %s that renders with ComfyUI, and to no other service',
    (name) => {
      for (const [label, service] of Object.entries(load(name).services)) {
        const devices = service.deploy?.resources.reservations.devices ?? []
        const renders =
          service.build?.target === 'gpu' && service.profiles === undefined && !isFront(service)
        expect(
          devices.map(({ capabilities }) => capabilities),
          label,
        ).toEqual(renders ? [['gpu']] : [])
      }
    },
  )

  it('of the cluster are one for each worker, with a folder of its own', () => {
    const { services: cluster } = load('compose.cluster.yaml')
    const processes = Object.values(cluster).filter(
      ({ build, profiles }) => build !== undefined && profiles === undefined,
    )
    const workers = processes.filter(({ command }) => command?.[0] === 'worker')
    expect(workers.length).toBe(processes.length - 1)
    const devices = workers.map(({ deploy }) =>
      deploy?.resources.reservations.devices[0]?.device_ids?.join(),
    )
    expect(devices).not.toContain(undefined)
    expect(new Set(devices).size).toBe(workers.length)
    const folders = processes.map(({ volumes }) => volumes?.find((at) => at.endsWith(':/data')))
    expect(folders).not.toContain(undefined)
    expect(new Set(folders).size).toBe(processes.length)
  })

  it('of the cluster share one database and one bucket, which their server makes', () => {
    const { services: cluster } = load('compose.cluster.yaml')
    const server = cluster.s3!.environment!
    for (const { environment = {}, networks, build, profiles } of Object.values(cluster)) {
      if (build === undefined || profiles !== undefined) continue
      expect(environment.DATABASE_URL).toContain('@postgres:5432/')
      expect(environment.S3_ENDPOINT).toBe('http://s3:8333')
      expect(environment.S3_BUCKET).toBe(server.S3_BUCKET)
      expect(environment.S3_ACCESS_KEY_ID).toBe(server.AWS_ACCESS_KEY_ID)
      expect(environment.S3_SECRET_ACCESS_KEY).toBe(server.AWS_SECRET_ACCESS_KEY)
      expect(networks).toContain('back')
    }
    for (const name of ['postgres', 's3']) expect(cluster[name]!.networks).toEqual(['back'])
    expect(load('compose.cluster.yaml').networks?.back).toEqual({ internal: true })
  })
})

/** As docker compose does it, for the forms that we use: ${NAME:?message} and ${NAME:-default}. */
function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{(\w+):([?-])([^}]*)\}/g,
    (_, name: string, kind: string, rest: string) => {
      const value = values[name]
      if (value !== undefined) return value
      if (kind === '?') throw new Error(`${name}: ${rest}`)
      return rest
    },
  )
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
