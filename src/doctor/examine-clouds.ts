// Examines Beam and RunPod if configured: whether each answers and accepts this hub's credentials. Only a task would show whether the
// queue is deployed, and a task costs money.
import { toAppError } from '../domain/errors.ts'
import type { Finding } from '../domain/finding.ts'
import type { Examination } from './examination.ts'

export async function examineClouds({ ways, signal }: Examination): Promise<readonly Finding[]> {
  try {
    return await Promise.all(
      ways.cloudServices().map(async (service): Promise<Finding> => {
        const { title: subject, backend } = service
        const trouble = await service.health(signal)
        signal.throwIfAborted()
        if (trouble !== null) {
          const advice = `The jobs of the ${service.engine} engine wait for it or fail; see docs/guide/remote-engines.md.`
          return { subject, state: 'missing', detail: trouble, advice }
        }
        return { subject, state: 'ok', detail: `answers for ${backend}`, advice: null }
      }),
    )
  } catch (thrown) {
    signal.throwIfAborted()
    const { detail, entry } = toAppError(thrown)
    return [{ subject: 'Remote engines', state: 'missing', detail, advice: entry.hint }]
  }
}
