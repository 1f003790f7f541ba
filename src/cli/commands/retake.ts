// `infinitetalk retake`: renders the video of an ended job again from a moment on.
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'
import { decimalNumber, wholeNumber } from '../request-options.ts'
import { showStream, WATCH_OPTION } from '../show-stream.ts'
import { printLine } from '../terminal.ts'

export const retakeCommand: CommandDefinition = {
  description:
    'Makes a new job that keeps the windows of an ended job before a moment and renders the rest again, with another seed, ' +
    'prompt or number of steps. The job must have been rendered window by window. It stays as it is; the new one has an id ' +
    'of its own.',
  positionals: ['ID'],
  options: [
    ...HUB_OPTIONS,
    {
      name: 'from',
      value: 'SECONDS',
      help: 'The window that shows this moment is the first one to be rendered again.',
    },
    { name: 'seed', value: 'N', help: 'Seed of the new windows (default: a new one).' },
    { name: 'prompt', value: 'TEXT', help: 'Prompt of the new windows.' },
    { name: 'steps', value: 'N', help: 'Sampling steps of each new window.' },
    {
      name: 'idempotency-key',
      value: 'KEY',
      help: 'The same key again is the same job, for a day.',
    },
    WATCH_OPTION,
  ],
  examples: [
    'infinitetalk retake job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 --from 12.5',
    'infinitetalk retake job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 --from 12.5 --seed 7 --prompt "She smiles"',
  ],
  run: (invocation) => withHub(invocation, (client) => runRetake(invocation, client)),
}

async function runRetake(invocation: Invocation, client: InfiniteTalkClient): Promise<void> {
  const { arguments: given, terminal, signal } = invocation
  const fromSeconds = decimalNumber(given, 'from')
  if (fromSeconds === undefined) {
    throw new AppError('usage', 'Give the moment to begin at, in seconds: --from 12.5.')
  }
  const job = await client.jobs.retake(given.positionals[0] ?? '', {
    fromSeconds,
    seed: wholeNumber(given, 'seed'),
    prompt: given.text('prompt'),
    steps: wholeNumber(given, 'steps'),
    idempotencyKey: given.text('idempotency-key'),
    signal,
  })
  printJob(terminal, job)
  if (given.flag('watch')) await showStream(invocation, client, job)
  printLine(terminal, `   infinitetalk wait ${job.id}`)
}
