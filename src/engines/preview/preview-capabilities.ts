// The capabilities of the preview engine: it moves one face or two of one picture on any machine, and samples nothing, so it has nothing to tune.
import { type EngineCapabilities, EVERYTHING } from '../../domain/capabilities.ts'

export const PREVIEW_CAPABILITIES: EngineCapabilities = {
  ...EVERYTHING,
  inputTypes: ['image'],
  maxSpeakers: 2,
  options: [
    'width',
    'height',
    'resolution',
    'aspect_ratio',
    'fit',
    'seed',
    'max_frames',
    'face',
    'label',
    'expressiveness',
  ],
  withoutEffect: ['prompt', 'negative_prompt', 'preset', 'force_offload'],
}
