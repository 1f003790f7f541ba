// The manifests without a cluster: every file is applied, every setting exists, pods have the time that a stop takes, and nothing runs
// with more rights than it needs. Their form was checked with the schemas of Kubernetes 1.37 and KEDA 2.20.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/config/load-config.ts'
import { listSettings } from '../../src/config/settings.ts'
import { STATE_METRICS } from '../../src/observe/metric-table.ts'
import { ROOT } from '../support/run-infinitetalk.ts'
import { readDockerfile } from './dockerfile.ts'

interface Container {
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly ports?: readonly { readonly containerPort: number }[]
  readonly securityContext: object
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Resource {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number
        readonly securityContext: object
        readonly containers: readonly [Container]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

interface ScaledObject {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly scaleTargetRef: { readonly name: string }
    readonly minReplicaCount: number
    readonly triggers: readonly { readonly metadata: { readonly query: string } }[]
  }
}

const FOLDER = join(ROOT, 'deploy/kubernetes')
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8')
const kustomization = parse(read('kustomization.yaml')) as {
  readonly namespace: string
  readonly resources: readonly string[]
  readonly images: readonly { readonly name: string; readonly newTag: string }[]
}
const resources = kustomization.resources.flatMap((name) =>
  parseAllDocuments(read(name)).map((document) => document.toJS() as Resource),
)
const pods = resources.flatMap(({ kind, metadata, spec }) =>
  spec?.template === undefined
    ? []
    : [{ label: `${kind} ${metadata.name}`, name: metadata.name, pod: spec.template.spec }],
)

describe('the manifests of Kubernetes', () => {
  it('are all applied, with the image of this version', () => {
    const files = readdirSync(FOLDER).filter(
      (name) => !['kustomization.yaml', 'keda'].includes(name),
    )
    expect(kustomization.resources.toSorted()).toEqual(files.toSorted())
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(kustomization.images).toEqual([{ name: 'infinitetalk-gpu', newTag: version }])
    const dockerfile = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8')
    expect(readDockerfile(dockerfile).map(({ stage }) => stage)).toContain('gpu')
  })

  it.each(pods)('set only settings that exist, and mount what they name: $label', ({ pod }) => {
    const [container] = pod.containers
    const known = listSettings().map(({ environment }) => environment)
    for (const { name } of container.env ?? []) expect(known).toContain(name)
    const volumes = pod.volumes.map(({ name }) => name).toSorted()
    expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes)
  })

  it.each(pods)('run as a user without rights: $label', ({ pod }) => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 })
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  it.each(pods.filter(({ name }) => name !== 'models'))(
    'give a stop the time that it takes: $label',
    ({ pod }) => {
      const given = (pod.containers[0].env ?? []).map(({ name, value }) => [name, value])
      const { limits } = loadConfig({ env: Object.fromEntries(given) })
      // Open answers and the end of the process take up to 5 s more.
      const takesSeconds = limits.stopTimeoutMs / 1000 + 5
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(takesSeconds)
    },
  )

  it('scale the workers by the queue that the hubs report', () => {
    const { metadata, spec } = parse(read('keda/scaled-object.yaml')) as ScaledObject
    const names = resources
      .filter(({ kind }) => kind === 'Deployment')
      .map((it) => it.metadata.name)
    expect(names).toContain(spec.scaleTargetRef.name)
    expect(metadata.name).toBe(spec.scaleTargetRef.name)
    // A hub is ready while a worker is.
    expect(spec.minReplicaCount).toBeGreaterThan(0)
    const query = spec.triggers[0]?.metadata.query ?? ''
    const [, metric, namespace] = /(infinitetalk_\w+)\{namespace="(\w+)"\}/.exec(query) ?? []
    expect(STATE_METRICS.map(({ name }) => name)).toContain(metric)
    expect(namespace).toBe(kustomization.namespace)
  })
})
