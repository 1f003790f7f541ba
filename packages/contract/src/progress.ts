// The stages of a render, in the lines of --json and in the job.

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
