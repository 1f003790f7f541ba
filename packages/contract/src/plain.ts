// The part of the contract that needs no schema: names, codes, ids, bounds and small functions. Programs that must start quickly import
// it as `@infinitetalk/contract/plain`, which loads no schema library.
export { type Base64Check, checkBase64, decodeBase64 } from './base64.ts'
export { BATCH_ID_PATTERN, type BatchStatus } from './batch-names.ts'
export { DELIVERY_ID_PATTERN, DELIVERY_STATUSES, type DeliveryStatus } from './delivery-names.ts'
export { didYouMean } from './did-you-mean.ts'
export { ERROR_CODES, type ErrorCode } from './error-codes.ts'
export { FILE_ID_PATTERN } from './file-id.ts'
export {
  CAPTIONS,
  type Captions,
  COLOR_MATCHES,
  type ColorMatch,
  type Cue,
  DEFAULT_PROMPT,
  type DialogueSpec,
  ENGINE_NAME,
  type Expressiveness,
  type FaceSpec,
  FIT_MODES,
  type FitMode,
  type GenerationSpec,
  INPUT_TYPES,
  type InputType,
  type LoraSpec,
  OPTION_NAMES,
  type OptionName,
  PERSON_COUNTS,
  type PersonCount,
  PRESETS,
  PRIORITIES,
  type Preset,
  type Priority,
  RESOLUTIONS,
  type RelativeBox,
  type Resolution,
  type ScriptLine,
  type ScriptSpec,
  SHORT_VIDEO_MODES,
  type ShortVideoMode,
  SPEAKERS,
  type Speaker,
  type SpokenScript,
  type Turn,
  type VoiceSpec,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WebhookSpec,
} from './generation-spec.ts'
export { isRecord } from './is-record.ts'
export {
  JOB_ID_PATTERN,
  JOB_LIST_DEFAULT,
  JOB_LIST_MAX,
  JOB_STATUSES,
  type JobStatus,
  STEP_UNITS,
  type StepUnit,
} from './job-names.ts'
export { STAGES, type Stage } from './progress.ts'
export { DEFAULT_REQUEST_BOUNDS, type RequestBounds } from './request-bounds.ts'
export { readScript } from './script.ts'
