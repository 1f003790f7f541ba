// The options of `infinitetalk submit`, to a hub and to Beam.
import { BEAM_SUBMIT_OPTIONS } from './beam-options.ts'
import type { Invocation, OptionDefinitions, OptionsOf } from './command.ts'
import { JOB_OPTIONS } from './job-options.ts'
import { DEFAULT_OUTPUT, outputOptions } from './output-options.ts'
import { WATCH_OPTION } from './show-stream.ts'

export const SUBMIT_OPTIONS = {
  ...BEAM_SUBMIT_OPTIONS,
  wait: { help: 'Follow the job and download its video.' },
  watch: WATCH_OPTION,
  ...outputOptions(DEFAULT_OUTPUT),
  keep: { help: 'Keep the job and its files until they are deleted.' },
  reuse: { help: 'Take the video of an earlier identical job, if there is one.' },
  webhook: { value: 'URL', help: 'Called by the hub when the job ends.' },
  idempotencyKey: { value: 'KEY', help: 'The same key again is the same job, for a day.' },
  ...JOB_OPTIONS,
} satisfies OptionDefinitions

export type SubmitInvocation = Invocation<typeof SUBMIT_OPTIONS>

export function waitsForVideo({ wait, output }: OptionsOf<typeof SUBMIT_OPTIONS>): boolean {
  return wait || output !== undefined
}
