import { describe, expect, it } from 'vitest'
import { costOf, parsePrice } from './price.ts'

const prices = { currency: 'EUR', list: ['comfyui=0.69', 'preview=0', '1.2'].map(parsePrice) }

describe('the cost of a render', () => {
  it.each([
    ['comfyui', 3600, 0.69],
    ['comfyui', 40, 0.0077],
    ['beam', 1800, 0.6],
    ['preview', 9, 0],
  ])('on %s for %d s is %d', (engine, seconds, amount) => {
    expect(costOf(engine, seconds, prices)).toEqual({ amount, currency: 'EUR' })
  })

  it('is not known without a price, or without a measured time', () => {
    expect(costOf('beam', 60, { currency: 'USD', list: [parsePrice('comfyui=1')] })).toBeNull()
    expect(costOf('comfyui', null, prices)).toBeNull()
  })
})
