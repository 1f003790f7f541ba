// The chart without a cluster, rendered by Helm: its resources have the form that Kubernetes asks for, every setting exists, pods have the
// time that a stop takes, nothing runs with more rights than it needs, and a wrong value is an error.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load-config.ts'
import { listSettings } from '../../src/config/settings.ts'
import { STATE_METRICS } from '../../src/observe/metric-table.ts'
import { describeWithMaker, makersProgram } from '../support/makers.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { createTestFolder } from '../support/test-folder.ts'
import { readDockerfile } from './dockerfile.ts'

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly securityContext: object
  readonly resources?: { readonly limits?: object }
  readonly volumeMounts: readonly { readonly name: string }[]
}

interface Pod {
  readonly terminationGracePeriodSeconds?: number
  readonly securityContext: object
  readonly containers: readonly [Container]
  readonly volumes: readonly { readonly name: string }[]
}

interface Resource {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas?: number
    readonly template?: { readonly metadata: { labels: object }; readonly spec: Pod }
    readonly selector?: object
    readonly [member: string]: unknown
  }
}

const CHART = join(ROOT, 'deploy/helm')
const STOP_SETTING = 'INFINITETALK_LIMIT_STOP_TIMEOUT_MS'
/** Every resource that the chart knows, and every value that is empty by default. */
const EVERYTHING = {
  image: { repository: 'registry.example.com/infinitetalk-gpu', tag: 'mine' },
  imagePullSecrets: [{ name: 'registry' }],
  settings: { INFINITETALK_LIMIT_UPLOAD_MAX_BYTES: 10_000_000 },
  hub: { nodeSelector: { pool: 'web' }, tolerations: [{ key: 'web', operator: 'Exists' }] },
  worker: { settings: { INFINITETALK_LOG_LEVEL: 'debug' }, nodeSelector: { gpu: 'h200' } },
  ingress: { enabled: true, className: 'nginx', host: 'talk.example.com', tlsSecretName: 'tls' },
  models: { arguments: ['--set', 'native'], storageClassName: 'shared' },
  autoscaling: { enabled: true, maxWorkers: 20 },
}

async function helm(args: readonly string[], values: object): Promise<string> {
  const folder = await createTestFolder()
  const file = folder.path('values.yaml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify(values))
  const options = { timeout: 60_000, env: { ...process.env, HOME: folder.path('home') } }
  const { stdout } = await promisify(execFile)(
    makersProgram('helm', 'helm'),
    [...args, '--values', file],
    options,
  )
  return stdout
}

function template(values: object): Promise<string> {
  return helm(['template', 'talk', CHART, '--namespace', 'videos'], values)
}

async function resourcesOf(values: object): Promise<readonly Resource[]> {
  return parseAllDocuments(await template(values)).map((document) => document.toJS() as Resource)
}

function find(resources: readonly Resource[], kind: string, name: string): Resource['spec'] {
  const found = resources.find((one) => one.kind === kind && one.metadata.name.startsWith(name))
  if (found === undefined) throw new Error(`${kind} ${name} is missing`)
  return found.spec
}

function podsOf(resources: readonly Resource[]): readonly Pod[] {
  const pods = resources.flatMap(({ spec }) => spec.template?.spec ?? [])
  expect(pods.map(({ containers }) => containers[0].args[0])).toEqual(['serve', 'worker', 'models'])
  return pods
}

function variablesOf(pod: Pod): Record<string, string> {
  const variables = pod.containers[0].env ?? []
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]))
}

describeWithMaker('helm', 'helm', 'the chart for Helm', () => {
  it('is of this version, of an image that exists, and passes the linter', async () => {
    const { version } = parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const chart = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'))
    expect(chart).toMatchObject({ version, appVersion: version })
    const dockerfile = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8')
    expect(readDockerfile(dockerfile).map(({ stage }) => stage)).toContain('gpu')
    for (const pod of podsOf(await resourcesOf({}))) {
      expect(pod.containers[0].image).toBe(`infinitetalk-gpu:${version}`)
    }
    expect(await helm(['lint', '--strict', CHART], EVERYTHING)).toContain('0 chart(s) failed')
  })

  it.each([
    { label: 'by default', values: {}, unknown: [] },
    { label: 'with everything', values: EVERYTHING, unknown: ['ScaledObject'] },
  ])('has resources of the form that Kubernetes asks for: $label', async ({ values, unknown }) => {
    const folder = await createTestFolder()
    const file = folder.path('resources.yaml')
    await writeFile(file, await template(values))
    const check = makersProgram('helm', 'kubernetes-validate')
    const { stdout, stderr } = await promisify(execFile)(check, ['--strict', file])
    const lines = `${stdout}${stderr}`.trim().split('\n')
    const others = lines.filter((line) => !line.includes(' passed for resource '))
    expect(others).toHaveLength(unknown.length)
    for (const [at, kind] of unknown.entries()) expect(others[at]).toContain(`for kind ${kind}`)
    expect(lines.length).toBeGreaterThanOrEqual(9)
  })

  it('sets only settings that exist, with their whole value, and mounts what it names', async () => {
    const known = listSettings().map(({ environment }) => environment)
    for (const pod of podsOf(await resourcesOf(EVERYTHING))) {
      const variables = variablesOf(pod)
      for (const name of Object.keys(variables)) expect(known).toContain(name)
      const { limits } = loadConfig({ env: { ...variables, INFINITETALK_DATA_DIR: 'x' } })
      expect(limits.uploadMaxBytes).toBe(10_000_000)
      const volumes = pod.volumes.map(({ name }) => name).toSorted()
      expect(pod.containers[0].volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes)
    }
  })

  it('begins the links of a hub with the host of the ingress, unless a setting says otherwise', async () => {
    const urlOf = async (values: object): Promise<string | undefined> =>
      variablesOf(podsOf(await resourcesOf(values))[0]!).INFINITETALK_PUBLIC_URL
    const ingress = { enabled: true, host: 'talk.example.com' }
    expect(await urlOf({})).toBeUndefined()
    expect(await urlOf({ ingress: { ...ingress, host: '*.example.com' } })).toBeUndefined()
    expect(await urlOf({ ingress })).toBe('http://talk.example.com')
    expect(await urlOf(EVERYTHING)).toBe('https://talk.example.com')
    const settings = { INFINITETALK_PUBLIC_URL: 'https://videos.example.com' }
    expect(await urlOf({ ingress, settings })).toBe(settings.INFINITETALK_PUBLIC_URL)
  })

  it('runs everything as a user without rights', async () => {
    for (const pod of podsOf(await resourcesOf(EVERYTHING))) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001 },
      })
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  })

  it.each([undefined, 20])('gives a stop the time that it takes: %s s', async (seconds) => {
    const worker = seconds === undefined ? {} : { stopTimeoutSeconds: seconds }
    const resources = await resourcesOf({ worker })
    for (const name of ['talk-hub', 'talk-worker']) {
      const { template } = find(resources, 'Deployment', name)
      const { limits } = loadConfig({ env: variablesOf(template!.spec) })
      if (name === 'talk-worker' && seconds !== undefined) {
        expect(limits.stopTimeoutMs).toBe(seconds * 1000)
      }
      // Open answers and the end of the process take up to 5 s more.
      const takesSeconds = limits.stopTimeoutMs / 1000 + 5
      expect(template!.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(takesSeconds)
    }
  })

  it('reaches its own pods by their labels', async () => {
    const resources = await resourcesOf(EVERYTHING)
    for (const part of ['hub', 'worker']) {
      const { template, selector } = find(resources, 'Deployment', `talk-${part}`)
      const { matchLabels } = selector as { matchLabels: object }
      expect(template!.metadata.labels).toMatchObject(matchLabels)
      expect(find(resources, 'PodDisruptionBudget', `talk-${part}`).selector).toEqual(selector)
      if (part === 'hub') {
        expect(find(resources, 'Service', 'talk-hub').selector).toEqual(matchLabels)
        expect(find(resources, 'NetworkPolicy', 'talk-hub').podSelector).toEqual(selector)
      }
    }
  })

  it('scales the workers by the queue that the hubs report, and then sets no number itself', async () => {
    expect(find(await resourcesOf({}), 'Deployment', 'talk-worker').replicas).toBe(1)
    const resources = await resourcesOf(EVERYTHING)
    expect(find(resources, 'Deployment', 'talk-worker').replicas).toBeUndefined()
    const scaled = find(resources, 'ScaledObject', 'talk-worker')
    expect(scaled).toMatchObject({
      scaleTargetRef: { name: 'talk-worker' },
      minReplicaCount: 1,
      maxReplicaCount: 20,
    })
    const [{ metadata }] = scaled.triggers as [{ metadata: { query: string } }]
    const [, metric, namespace] = /(infinitetalk_\w+)\{namespace="(\w+)"\}/.exec(metadata.query)!
    expect(STATE_METRICS.map(({ name }) => name)).toContain(metric)
    expect(namespace).toBe('videos')
  })

  it('pulls the models again for another image or other sets, and not for an upgrade of nothing', async () => {
    const nameOf = async (values: object): Promise<string> =>
      (await resourcesOf(values)).find(({ kind }) => kind === 'Job')!.metadata.name
    const name = await nameOf({})
    expect(await nameOf({ worker: { replicas: 7 } })).toBe(name)
    expect(await nameOf({ models: { arguments: ['--set', 'native'] } })).not.toBe(name)
    expect(await nameOf({ image: { tag: 'next' } })).not.toBe(name)
  })

  it('uses a volume with models that exists', async () => {
    const resources = await resourcesOf({ models: { existingClaim: 'mine', pull: false } })
    const kinds = resources.map(({ kind }) => kind)
    expect(kinds).not.toContain('PersistentVolumeClaim')
    expect(kinds).not.toContain('Job')
    const { template } = find(resources, 'Deployment', 'talk-worker')
    const claim = { name: 'models', persistentVolumeClaim: { claimName: 'mine' } }
    expect(template!.spec.volumes).toContainEqual(claim)
  })

  it.each([
    ['a misspelt name', { hub: { replica: 3 } }, "additional properties 'replica' not allowed"],
    ['no host for the ingress', { ingress: { enabled: true } }, '/ingress/host'],
    ['no worker at all', { autoscaling: { minWorkers: 0 } }, '/autoscaling/minWorkers'],
    [
      'a least that is above its most',
      { autoscaling: { enabled: true, minWorkers: 9 } },
      'autoscaling.minWorkers is above',
    ],
    ['another port of the pods', { settings: { INFINITETALK_PORT: 9000 } }, 'hub.service.port'],
    ['two times to stop', { worker: { settings: { [STOP_SETTING]: 5 } } }, 'worker.stopTimeoutS'],
  ])('rejects %s', async (_, values, message) => {
    await expect(template(values)).rejects.toThrow(message)
  })
})
