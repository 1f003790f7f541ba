import { expect, it } from 'vitest'
import { examplePath } from '../../test/support/face-pictures.ts'
import { AppError } from '../domain/errors.ts'
import { createFaceFinder } from './face-finder.ts'
import { createFaceFinderAside } from './find-faces-aside.ts'

const { signal } = new AbortController()

it('finds what is found on the main thread, and leaves that thread alone meanwhile', async () => {
  const path = examplePath('two-people.png')
  const expected = await createFaceFinder().findFaces(path, signal)
  let turns = 0
  const ticking = setInterval(() => {
    turns += 1
  }, 5)
  const found = await createFaceFinderAside().findFaces(path, signal)
  clearInterval(ticking)
  expect(found).toEqual(expected)
  expect(found).toHaveLength(2)
  expect(turns).toBeGreaterThan(10)
})

it('ends with the work it belongs to', async () => {
  const controller = new AbortController()
  const search = createFaceFinderAside().findFaces(examplePath('portrait.png'), controller.signal)
  controller.abort(new AppError('canceled', 'The operation was canceled.'))
  await expect(search).rejects.toMatchObject({ code: 'canceled' })
})

it('says so when the picture cannot be read', async () => {
  const search = createFaceFinderAside().findFaces('/nonexistent.png', signal)
  await expect(search).rejects.toMatchObject({ code: 'internal_error' })
})
