// What a running render says of itself, on the CLI's --json lines and in the job object alike.

export const STAGES = [
  'fetching_inputs',
  'checking_inputs',
  'waiting',
  'loading_models',
  'analysing',
  'sampling',
  'decoding',
  'saving',
] as const

export type Stage = (typeof STAGES)[number]
