// The options of a job: the same for a hub and for Beam.
import type { OptionDefinitions } from './command.ts'
import { MEDIA_OPTIONS } from './media-options.ts'
import { VIDEO_OPTIONS } from './request-options.ts'
import { SAMPLING_OPTIONS } from './sampling-options.ts'
import { SPEECH_OPTIONS } from './speech-options.ts'

export const JOB_OPTIONS = {
  ...MEDIA_OPTIONS,
  ...SPEECH_OPTIONS,
  ...VIDEO_OPTIONS,
  engine: { value: 'NAME', help: 'Chosen by the hub when not given.' },
  workflow: { value: 'NAME', help: 'A workflow of the hub, by name.' },
  ...SAMPLING_OPTIONS,
} satisfies OptionDefinitions
