import { expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { afterFailure } from './after-failure.ts'

const RULES = { maxCrashes: 1, random: 1 }
const away = new AppError('store_unavailable', 'The folder of inputs and videos cannot be used.')

it('14.13: an attempt without its store is put back, later each time, and counts as no crash', () => {
  const after = [1, 2, 3].map((attempt) =>
    afterFailure({ attempt, losses: 0, crashes: 0 }, away, RULES),
  )
  expect(after.map(({ event }) => event.type)).toEqual(['put-back', 'put-back', 'put-back'])
  expect(after.map(({ delayMs }) => delayMs)).toEqual([1000, 2000, 4000])
})

it('14.13: a job whose store stays away fails after its tenth attempt without it', () => {
  const counted = { losses: 1, crashes: 1 }
  expect(afterFailure({ attempt: 11, ...counted }, away, RULES).event.type).toBe('put-back')
  expect(afterFailure({ attempt: 12, ...counted }, away, RULES).event.type).toBe('fail')
})

it('14.5: a killed media program counts and waits like a killed render process', () => {
  const job = { attempt: 3, losses: 1, crashes: 1 }
  const [tool, render] = (['tool_killed', 'engine_crashed'] as const).map((code) =>
    afterFailure(job, new AppError(code, 'It was killed by SIGKILL.'), RULES),
  )
  expect(tool).toEqual(render)
  expect(tool).toEqual({
    event: { type: 'render-crashed', attempt: 3, maxCrashes: 1 },
    delayMs: 2000,
  })
})
