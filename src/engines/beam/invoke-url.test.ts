// URLs of Beam as its dashboard and command line show them, and URLs that must never get its token.
import { describe, expect, it } from 'vitest'
import { checkName, kindOfUrl, readInvokeUrl } from './invoke-url.ts'

const GATEWAY = 'https://app.beam.cloud'

describe('the URL of something deployed', () => {
  it.each([
    ['/taskqueue/talk', 'taskqueue', 'talk'],
    ['/taskqueue/talk/v3/', 'taskqueue', 'talk/v3'],
    ['/taskqueue/talk/latest?x=1', 'taskqueue', 'talk/latest'],
    ['/taskqueue/id/5c1a7c3e-0000', 'taskqueue', 'id/5c1a7c3e-0000'],
    ['/endpoint/now', 'endpoint', 'now'],
  ])('says what is called: %s', (path, kind, name) => {
    expect(readInvokeUrl(`${GATEWAY}${path}`, GATEWAY)).toEqual({
      gatewayUrl: GATEWAY,
      kind,
      name,
      url: `${GATEWAY}/${kind}/${name}`,
    })
  })

  it('may be of another gateway that is named with it', () => {
    const { gatewayUrl } = readInvokeUrl('http://localhost:1994/taskqueue/talk', GATEWAY)
    expect(gatewayUrl).toBe('http://localhost:1994')
  })

  it('may be a host of its own below the gateway', () => {
    const url = 'https://talk-ab12cd3-v2.app.beam.cloud'
    const expected = { gatewayUrl: GATEWAY, kind: null, name: null, url: `${url}/` }
    expect(readInvokeUrl(url, GATEWAY)).toEqual(expected)
  })

  it.each([
    'https://evil.example',
    'https://app.beam.cloud.evil.example',
    'https://evilapp.beam.cloud',
    'http://talk.app.beam.cloud',
    'https://app.beam.cloud/taskqueue/../secrets',
    'https://app.beam.cloud/taskqueue/a/b/c',
    'file:///taskqueue/talk',
    'talk',
  ])('is not %s', (text) => {
    expect(() => readInvokeUrl(text, GATEWAY)).toThrow(
      /calls nothing on Beam|is not a complete URL/,
    )
  })

  it('is refused without the token that stands in it', () => {
    const text = 'https://user:secret@app.beam.cloud/function/talk?auth_token=secret'
    expect(() => readInvokeUrl(text, GATEWAY)).toThrow(
      /app\.beam\.cloud\/function\/talk" calls nothing/,
    )
    expect(() => readInvokeUrl(text, GATEWAY)).not.toThrow(/secret/)
  })

  it('is known for one without a word only where it can be nothing else', () => {
    expect(kindOfUrl(`${GATEWAY}/taskqueue/talk`, GATEWAY)).toBe('taskqueue')
    expect(kindOfUrl(`${GATEWAY}/endpoint/now/v1`, GATEWAY)).toBe('endpoint')
    // A hub that runs in a pod on Beam, and one with routes of the same names.
    expect(kindOfUrl('https://hub-8787.app.beam.cloud', GATEWAY)).toBeNull()
    expect(kindOfUrl('https://hub.example/taskqueue/talk', GATEWAY)).toBeNull()
  })
})

describe('a name', () => {
  it.each(['talk', 'talk/v3', 'talk/latest', 'id/5c1a-7c3e'])('is %s', (name) => {
    expect(() => checkName(name)).not.toThrow()
  })

  it.each(['', '..', '../x', 'talk/', 'talk/v0', 'a b', 'id/..'])('is not "%s"', (name) => {
    expect(() => checkName(name)).toThrow('not a Beam name')
  })
})
