import { expect, it } from 'vitest'
import type { Hub } from '../../app/hub.ts'
import { AppError } from '../../domain/errors.ts'
import type { QueueClient } from './queue-client.ts'
import type { CompleteRequest } from './queue-messages.ts'
import { type QueuePorts, workQueue } from './work-queue.ts'

it('leaves a machine on which no render can begin, and gives its task back to another one', async () => {
  const told: Pick<CompleteRequest, 'taskId' | 'taskStatus'>[] = []
  const tasks = ['task-1', 'task-2']
  const client: Pick<QueueClient, 'pop' | 'monitor' | 'complete'> = {
    pop: async () => JSON.stringify({ task_id: tasks.shift(), kwargs: {} }),
    monitor: (_id, _hear, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    complete: async ({ taskId, taskStatus }) => void told.push({ taskId, taskStatus }),
  }
  const problem = new AppError('engine_start_failed', 'No module named torch.')
  const ports: Omit<QueuePorts, 'hub' | 'client'> = {
    log: { say: () => {} },
    outputsFolder: '/nowhere',
    callbackTarget: () => null,
    tell: async () => {},
  }
  const hub = { jobs: { submit: () => Promise.reject(problem) } }
  const never = new AbortController().signal
  const working = workQueue(
    { ...ports, hub: hub as unknown as Hub, client: client as QueueClient },
    { draining: never, hurrying: never },
  )
  await expect(working).rejects.toBe(problem)
  expect(told).toEqual([{ taskId: 'task-1', taskStatus: 'RETRY' }])
  expect(tasks).toEqual(['task-2'])
})
