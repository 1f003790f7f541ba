import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEPLOYMENT_DEFAULTS, type DeploymentSpec } from '../domain/deployment-spec.ts'
import { digestIn, stubRequest } from './stub-request.ts'

const ROOT = join(import.meta.dirname, '../..')
const PARTS = { imageId: 'image', volumeId: 'volume', secrets: [] }
const { queue } = DEPLOYMENT_DEFAULTS
const secret = (name: string, changedAt = '') => ({ name, changedAt })

const digest = (
  spec: Partial<DeploymentSpec> = {},
  parts: Partial<Parameters<typeof stubRequest>[1]> = {},
) => digestIn(String(stubRequest({ ...queue, ...spec }, { ...PARTS, ...parts }).name))

describe('the configuration of a deployment', () => {
  it('has another digest for every difference', () => {
    const digests = [
      digest(),
      digest({ cpuCores: 3 }),
      digest({ keepWarmSeconds: 61 }),
      digest({ env: { A: '1' } }),
      digest({ mountPath: '/shelf' }),
      digest({ callbackUrl: 'https://me.example' }),
      digest({}, { imageId: 'another' }),
      digest({}, { volumeId: 'another' }),
      digest({}, { secrets: [secret('A')] }),
      digest({}, { secrets: [secret('A', 'later')] }),
    ]
    expect(digests.every((one) => one !== null)).toBe(true)
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('has the same digest whatever the order of variables and secrets', () => {
    expect(digest({ env: { A: '1', B: '2' } })).toBe(digest({ env: { B: '2', A: '1' } }))
    const [a, b] = [secret('A'), secret('B')]
    expect(digest({}, { secrets: [a, b] })).toBe(digest({}, { secrets: [b, a] }))
  })

  it('of another tool has none', () => {
    expect(digestIn('taskqueue/deployment/app:queue_handler')).toBeNull()
  })

  it('starts a program that the image has, and may run', () => {
    const runner = String(stubRequest(queue, PARTS).python_version)
    const inCheckout = join(ROOT, runner.replace(/^\/opt\/infinitetalk\//, ''))
    expect(() => accessSync(inCheckout, constants.X_OK)).not.toThrow()
    const dockerfile = readFileSync(join(ROOT, 'deploy/docker/Dockerfile'), 'utf8')
    expect(dockerfile).toMatch(/WORKDIR \/opt\/infinitetalk[\s\S]*\nCOPY bin bin\n/)
  })
})
