// The files of the page as the hub serves them: who may have them, how long they are kept, how small they are, what they allow.
import { beforeAll, describe, expect, it } from 'vitest'
import { buildPage, buildPageIfStale } from '../../packages/web/build.ts'
import { chooseEncoding, readPageFiles } from '../../src/http/page-files.ts'
import { startTestHub } from '../support/test-hub.ts'

/** The files of a first visit, compressed. */
const MAX_GZIPPED_BYTES = 90_000

beforeAll(buildPageIfStale, 60_000)

function assetsIn(html: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => `/${name}`)
}

describe('the page', () => {
  it('is at /, asked for again each time and answered with 304 while it is the same', async () => {
    await using hub = await startTestHub()
    const first = await hub.fetch('/?from=a-link')
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(first.headers.get('cache-control')).toBe('no-cache')
    const etag = first.headers.get('etag')!
    const again = await hub.fetch('/', { headers: { 'if-none-match': `W/${etag}` } })
    expect(again.status).toBe(304)
  })

  it('allows no script but its own files, and no frame around it', async () => {
    await using hub = await startTestHub()
    const policy = (await hub.fetch('/')).headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })

  it('is served without a key where the hub wants one, since it holds nothing', async () => {
    await using hub = await startTestHub({
      env: { INFINITETALK_API_KEYS: 'page:0123456789abcdef0123456789abcdef' },
    })
    const html = await (await hub.fetch('/')).text()
    for (const name of assetsIn(html)) expect((await hub.fetch(name)).status, name).toBe(200)
    expect((await hub.fetch('/v1/jobs')).status).toBe(401)
  })

  it('answers HEAD as GET, without the page', async () => {
    await using hub = await startTestHub()
    const plain = { 'accept-encoding': 'identity' }
    const html = await (await hub.fetch('/', { headers: plain })).arrayBuffer()
    const head = await hub.fetch('/', { method: 'HEAD', headers: plain })
    expect(head.headers.get('content-length')).toBe(String(html.byteLength))
    expect((await head.arrayBuffer()).byteLength).toBe(0)
    const [asset = ''] = assetsIn(Buffer.from(html).toString())
    expect((await hub.fetch(asset, { method: 'HEAD' })).status).toBe(200)
  })

  it('leaves POST / to the simple API, and says what else there is', async () => {
    await using hub = await startTestHub()
    const answer = await hub.fetch('/', { method: 'PUT' })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST'])
  })
})

describe('the files of the page', () => {
  it('may be kept for ever, because their names change with them', async () => {
    await using hub = await startTestHub()
    const assets = assetsIn(await (await hub.fetch('/')).text())
    expect(assets.length).toBeGreaterThanOrEqual(3)
    for (const name of assets) {
      const answer = await hub.fetch(name)
      expect(answer.headers.get('cache-control'), name).toContain('immutable')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  it('are only those that were built: no path leads out of their folder', async () => {
    await using hub = await startTestHub()
    for (const name of ['index.html', '..%2findex.html', '..%2f..%2fpackage.json', 'nothing.js']) {
      const answer = await hub.fetch(`/assets/${name}`)
      expect(answer.status, name).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'route_not_found' })
    }
  })

  it('come compressed to who takes that, and as they are to others', async () => {
    await using hub = await startTestHub()
    const assets = assetsIn(await (await hub.fetch('/')).text())
    const script = assets.find((name) => /\/index-.*\.js$/.test(name))!
    const sizes = new Map<string, number>()
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await fetch(`${hub.url}${script}`, {
        method: 'HEAD',
        headers: { 'accept-encoding': encoding },
      })
      expect(answer.headers.get('vary')).toBe('accept-encoding')
      expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding)
      sizes.set(encoding, Number(answer.headers.get('content-length')))
    }
    expect(sizes.get('br')).toBeLessThan(sizes.get('gzip')!)
    expect(sizes.get('gzip')).toBeLessThan(sizes.get('identity')! / 2)
  })

  it('load in less than 90 kB on a first visit', async () => {
    const files = (await readPageFiles())!
    // The files that the document names; the rest is fetched when it is needed.
    const html = files.document.bytes.toString()
    const named = [...files.assets].filter(([name]) => html.includes(name))
    expect(named.length).toBeGreaterThanOrEqual(3)
    const all = [files.document, ...named.map(([, file]) => file)]
    const bytes = all.map((file) => (file.compressed.get('gzip') ?? file.bytes).length)
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(MAX_GZIPPED_BYTES)
  })

  it('are the same whenever they are built', async () => {
    expect(await buildPage()).toEqual(await buildPage())
  })

  it('are missing without harm where they were not built', async () => {
    expect(await readPageFiles(new URL('file:///nowhere/at/all/'))).toBeNull()
  })
})

describe('the choice of an encoding', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['*', 'br'],
    ['*;q=0', null],
    ['identity', null],
  ])('of "%s" is %s', (header, encoding) => {
    expect(chooseEncoding(header)).toBe(encoding)
  })
})
