// `infinitetalk retake`: renders the video of an ended job again from a moment on.
import type { InfiniteTalkClient } from '@infinitetalk/client'
import { AppError } from '../../domain/errors.ts'
import type { CommandDefinition, Invocation, OptionDefinitions } from '../command.ts'
import { HUB_OPTIONS, withHub } from '../connect-hub.ts'
import { printJob } from '../job-reports.ts'
import { NUMBER, WHOLE } from '../option-kinds.ts'
import { showStream, WATCH_OPTION } from '../show-stream.ts'
import { printLine } from '../terminal.ts'

const OPTIONS = {
  ...HUB_OPTIONS,
  from: {
    value: 'SECONDS',
    kind: NUMBER,
    help: 'The window that shows this moment is the first one to be rendered again.',
  },
  seed: { value: 'N', kind: WHOLE, help: 'Seed of the new windows (default: a new one).' },
  prompt: { value: 'TEXT', help: 'Prompt of the new windows.' },
  steps: { value: 'N', kind: WHOLE, help: 'Sampling steps of each new window.' },
  idempotencyKey: { value: 'KEY', help: 'The same key again is the same job, for a day.' },
  watch: WATCH_OPTION,
} satisfies OptionDefinitions

export const command: CommandDefinition<typeof OPTIONS> = {
  description:
    'Makes a new job that keeps the windows of an ended job before a moment and renders the rest again, with another seed, ' +
    'prompt or number of steps. The ended job must have been rendered window by window; it stays as it is.',
  argument: 'ID',
  options: OPTIONS,
  examples: [
    'infinitetalk retake job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 --from 12.5',
    'infinitetalk retake job_01932b1c-8a4e-7c31-9d2f-3f6f0a5b7c11 --from 12.5 --seed 7 --prompt "She smiles"',
  ],
  run: (invocation) => withHub(invocation, (client) => runRetake(invocation, client)),
}

async function runRetake(
  invocation: Invocation<typeof OPTIONS>,
  client: InfiniteTalkClient,
): Promise<void> {
  const { argument, options, terminal, signal } = invocation
  const { from: fromSeconds, seed, prompt, steps, idempotencyKey, watch } = options
  if (fromSeconds === undefined) {
    throw new AppError('usage', 'Give the moment to begin at, in seconds: --from 12.5.')
  }
  const changes = { fromSeconds, seed, prompt, steps }
  const job = await client.jobs.retake(argument, { ...changes, idempotencyKey, signal })
  printJob(terminal, job)
  if (watch) await showStream(invocation, client, job)
  printLine(terminal, `   infinitetalk wait ${job.id}`)
}
