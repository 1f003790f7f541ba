import { expect, it } from 'vitest'
import { examplePath } from '../../test/support/face-pictures.ts'
import { AppError } from '../domain/errors.ts'
import { createFaceFinder } from './face-finder.ts'
import { createFaceFinderAside } from './find-faces-aside.ts'

const { signal } = new AbortController()

it('finds the same faces as the main thread, without blocking that thread', async () => {
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

it('ends when its work is aborted', async () => {
  const controller = new AbortController()
  const search = createFaceFinderAside().findFaces(examplePath('portrait.png'), controller.signal)
  controller.abort(new AppError('canceled', 'The operation was canceled.'))
  await expect(search).rejects.toMatchObject({ code: 'canceled' })
})

it('reports a picture that cannot be read', async () => {
  const search = createFaceFinderAside().findFaces('/nonexistent.png', signal)
  await expect(search).rejects.toMatchObject({ code: 'internal_error' })
})
