import { describe, expect, it } from 'vitest'
import { endpointTimeMs, readEnvironment } from './read-environment.ts'

const BETA9 = {
  BETA9_TOKEN: 'token',
  STUB_ID: 'stub',
  STUB_TYPE: 'taskqueue/deployment',
  CONTAINER_ID: 'container',
  CONTAINER_HOSTNAME: '10.0.0.1:4000',
  BETA9_GATEWAY_HOST: 'gateway.example.org',
  BETA9_GATEWAY_PORT: '1993',
  BETA9_GATEWAY_HOST_HTTP: 'app.example.org',
  BETA9_GATEWAY_PORT_HTTP: '1994',
  TIMEOUT: '3600',
  KEEP_WARM_SECONDS: '60',
  CALLBACK_URL: '',
}
const read = (env: Readonly<Record<string, string>> = {}, module = 'beta9.runner.taskqueue') =>
  readEnvironment(['-m', module], { ...BETA9, ...env })

describe('what beta9 tells a container', () => {
  it('is read, with its own defaults', () => {
    expect(read()).toEqual({
      kind: 'taskqueue',
      token: 'token',
      stubId: 'stub',
      containerId: 'container',
      containerHostname: '10.0.0.1:4000',
      gatewayUrl: 'http://app.example.org:1994',
      grpc: { target: 'gateway.example.org:1993', tls: false },
      bindPort: 8001,
      timeoutMs: 3_600_000,
      keepWarmSeconds: 60,
      callbackUrl: null,
    })
    expect(read({ TIMEOUT: '0' }).timeoutMs).toBeNull()
  })

  it.each([
    ['443', true],
    ['1443', true],
    ['4430', false],
  ])('encrypts gRPC at port %s as its own SDK does: %s', (BETA9_GATEWAY_PORT, tls) => {
    expect(read({ BETA9_GATEWAY_PORT }).grpc.tls).toBe(tls)
  })

  it('encrypts REST at port 443', () => {
    const { gatewayUrl } = read({ BETA9_GATEWAY_PORT_HTTP: '443' })
    expect(gatewayUrl).toBe('https://app.example.org')
  })

  it.each([
    ['1800', 600_000],
    ['0', 600_000],
    ['300', 300_000],
  ])('leaves a call %s s, of which the gateway holds to 600 at most', (TIMEOUT, ms) => {
    expect(endpointTimeMs(read({ TIMEOUT }, 'beta9.runner.endpoint'))).toBe(ms)
  })

  it('is missed by name', () => {
    expect(() => read({ BETA9_TOKEN: '' })).toThrow('BETA9_TOKEN is not set')
    expect(() => read({ BETA9_GATEWAY_PORT: 'x' })).toThrow('BETA9_GATEWAY_PORT must be a number')
    expect(() => read({ STUB_TYPE: 'pod/run' }, 'beta9.runner.function')).toThrow('started by Beam')
  })
})
