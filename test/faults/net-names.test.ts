// Faults 31, 32, 40, 44: what a name resolves to is checked at the moment of connecting, every time, whatever it was before.
import { domainToASCII } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HitCounter, startHttpServer } from '../support/hit-counter.ts'
import { answersInTurn, createLocalFetch } from './net-local-fetch.ts'

let server: HitCounter

beforeEach(async () => {
  server = await startHttpServer(({ url }, response) => {
    if (url === '/again') response.writeHead(302, { location: '/body' }).end()
    else response.end('hello')
  })
})
afterEach(() => server.close())

const named = (path = '/') => `http://media.test:${server.port}${path}`

describe('a name that resolves', () => {
  it('fault 31: to one allowed and one private address is refused, in either order', async () => {
    for (const answer of [
      ['127.0.0.1', '10.0.0.1'],
      ['10.0.0.1', '127.0.0.1'],
    ]) {
      const { fetch } = await createLocalFetch({ servers: [server], resolve: async () => answer })
      await expect(fetch(named())).rejects.toMatchObject({ code: 'url_forbidden_address' })
    }
    expect(server.connections).toBe(0)
  })

  it('fault 32: is asked for once, and the address that was checked is the one connected to', async () => {
    const names = answersInTurn(['127.0.0.1'], ['127.0.0.2'])
    const { fetch } = await createLocalFetch({ servers: [server], resolve: names.resolve })
    await expect(fetch(named())).resolves.toMatchObject({ bytes: 5 })
    expect(names.asked).toEqual(['media.test'])
  })

  it('fault 32: to another place on the next hop is refused there', async () => {
    const names = answersInTurn(['127.0.0.1'], ['127.0.0.2'])
    const { fetch } = await createLocalFetch({ servers: [server], resolve: names.resolve })
    await expect(fetch(named('/again'))).rejects.toMatchObject({ code: 'url_forbidden_redirect' })
    expect(names.asked).toHaveLength(2)
    expect(server.connections).toBe(1)
  })

  it('fault 44: anew for every download, on a connection of its own', async () => {
    const names = answersInTurn(['127.0.0.1'], ['127.0.0.1'], ['127.0.0.2'])
    const { fetch } = await createLocalFetch({ servers: [server], resolve: names.resolve })
    await fetch(named())
    await fetch(named())
    expect(server.connections).toBe(2)
    await expect(fetch(named())).rejects.toMatchObject({ code: 'url_forbidden_address' })
    expect(server.connections).toBe(2)
  })

  it('to nothing is unresolvable', async () => {
    const { fetch } = await createLocalFetch({ servers: [server], resolve: async () => [] })
    await expect(fetch(named())).rejects.toMatchObject({ code: 'url_unresolvable' })
  })
})

describe('a name that looks like another', () => {
  it.each([
    ['a Roman numeral for the l of localhost', 'ⅼocalhost'],
    ['full-width letters', 'ｌｏｃａｌｈｏｓｔ'],
    ['ideographic full stops', '127。0。0。2'],
    ['full-width digits', '１２７.０.０.２'],
  ])('fault 40: is folded and then checked: %s', async (_what, host) => {
    const names = answersInTurn(['10.0.0.1'])
    const { fetch } = await createLocalFetch({ servers: [server], resolve: names.resolve })
    const fetched = fetch(`http://${host}:${server.port}/`)
    await expect(fetched).rejects.toMatchObject({ code: 'url_forbidden_address' })
    expect(server.connections).toBe(0)
  })

  it('fault 40: is asked for by its ASCII form and checked by its address', async () => {
    const names = answersInTurn(['127.0.0.2'])
    const { fetch } = await createLocalFetch({ servers: [server], resolve: names.resolve })
    const withCyrillicO = `http://lоcalhost:${server.port}/`
    await expect(fetch(withCyrillicO)).rejects.toMatchObject({ code: 'url_forbidden_address' })
    expect(names.asked).toEqual([domainToASCII('lоcalhost')])
    expect(server.connections).toBe(0)
  })
})
