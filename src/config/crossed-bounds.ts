// Checks pairs of limits, a minimum and a maximum: a minimum above its maximum would reject every input.
import type { Limits } from '../domain/limits.ts'

/** One sentence for each pair of limits whose minimum is above its maximum. */
export function crossedBounds(limits: Limits): string[] {
  const values: Readonly<Record<string, number>> = { ...limits }
  return Object.entries(values).flatMap(([name, least]) => {
    const counterpart = name.replace('Min', 'Max')
    const most = name === counterpart ? undefined : values[counterpart]
    return most !== undefined && least > most
      ? [`limits.${name} (${least}) is above limits.${counterpart} (${most}).`]
      : []
  })
}
