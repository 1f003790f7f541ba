import { expect, it } from 'vitest'
import { sampleInput } from '../../test/support/sample-job.ts'
import { AppError } from '../domain/errors.ts'
import { toRenderSpec } from './to-render-spec.ts'

it('inputs that are all away fail together: a failure that nobody awaits would end the process', async () => {
  const away = new AppError('store_unavailable', 'The bucket does not work.')
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const localPath = () => Promise.reject(away)
  await expect(toRenderSpec(sampleInput(), { localPath })).rejects.toBe(away)
  await new Promise((turn) => setImmediate(turn))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
