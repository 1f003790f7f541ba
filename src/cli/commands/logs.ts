// `infinitetalk logs`: the events of a job that the hub keeps, and why it failed.
import { describeMemoryStep, type JobEventResource } from '@infinitetalk/client'
import type { CommandDefinition } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { formatBytes } from '../print-video.ts'
import { shownTime } from '../shown-time.ts'
import { printHanging, printJson } from '../terminal.ts'

export const command: CommandDefinition<typeof HUB_OPTIONS> = {
  description:
    'Prints the events of a job, oldest first, until its end, and the cause of a failure with the node of the workflow. ' +
    'When a job has ended, the hub keeps the events that matter, not every step.',
  argument: 'ID',
  options: HUB_OPTIONS,
  examples: ['infinitetalk logs job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11'],
  run: (invocation) =>
    withHub(invocation, async (client) => {
      const { argument, terminal, signal } = invocation
      for await (const event of client.jobs.events(argument, { signal })) {
        printJson(terminal, { event: 'event', ...event })
        printHanging(terminal, headOf(event), factsOf(event))
      }
      const { error } = await client.jobs.get(argument, { signal })
      if (error === null) return
      printJson(terminal, { event: 'cause', ...error })
      const at = error.node === undefined ? '' : ` at node ${error.node.id} (${error.node.type})`
      printHanging(terminal, '❌ ', `${error.code}${at}: ${error.message}`)
      printHanging(terminal, '   ', error.hint)
    }),
}

function headOf({ created_at: time, attempt, type }: JobEventResource): string {
  const which = attempt === 0 ? '' : `attempt ${attempt}`
  return `${shownTime(time)}  ${which.padEnd(9)}  ${type.padEnd(16)}  `
}

function factsOf(event: JobEventResource): string {
  switch (event.type) {
    case 'started':
      return event.engine
    case 'requeued':
      return event.reason
    case 'progress':
      return `${event.stage} ${Math.floor(event.progress * 100)}%`
    case 'succeeded':
      return `${formatBytes(event.video.bytes)}, ${event.video.duration_s.toFixed(2)} s`
    case 'node':
      return `${event.node.id} (${event.node.type}) took ${event.duration_s.toFixed(1)} s`
    case 'memory':
      return describeMemoryStep(event)
    case 'failed':
      return event.error.code
    default:
      return ''
  }
}
