import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { PatientLook } from './patient-look.ts'

const never = new AbortController().signal
const AWAY = new AppError('engine_unreachable', 'The gateway is away.')

/** Each answer is given once: an error is thrown, null says that the render is not known. */
function looking(
  answers: readonly (string | null | AppError)[],
  bearsMs = Number.POSITIVE_INFINITY,
) {
  const left = [...answers]
  const borne: AppError[] = []
  const patient = new PatientLook<string>({
    async look() {
      const answer = left.shift()
      if (answer instanceof AppError) throw answer
      return answer ?? null
    },
    bearsMs: () => bearsMs,
    outOfSight: ({ detail }) => new AppError('engine_crashed', `Out of sight: ${detail}`),
    forgottenMs: () => 0,
    forgotten: () => new AppError('engine_crashed', 'Forgotten.'),
    onSilence: (error) => void borne.push(error),
  })
  return { look: () => patient.look(never), patient, borne }
}

describe('a patient look', () => {
  it('believes in a lost render only when two looks in a row miss it', async () => {
    const { look } = looking([null, 'runs', null, null])
    expect(await look()).toBeNull()
    expect(await look()).toBe('runs')
    expect(await look()).toBeNull()
    await expect(look()).rejects.toThrow('Forgotten.')
  })

  it('bears a failure, reports it, and does not take it for a miss', async () => {
    const { look, borne } = looking([null, AWAY, 'runs'])
    expect(await look()).toBeNull()
    expect(await look()).toBeNull()
    expect(await look()).toBe('runs')
    expect(borne).toEqual([AWAY])
  })

  it('ends with a failure that is not to be borne', async () => {
    const { look, borne } = looking([AWAY], 0)
    await expect(look()).rejects.toThrow('Out of sight: The gateway is away.')
    expect(borne).toEqual([])
  })

  it('ends with the reason of its signal, whatever the look failed with', async () => {
    const { patient } = looking([AWAY])
    const reason = new AppError('stopping', 'The hub is stopping.')
    await expect(patient.look(AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
