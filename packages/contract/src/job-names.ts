// The names and bounds of jobs that readers use without a schema: statuses, units, ids, sizes of a page.

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]

/** The unit of `step`: bytes while fetching, frames or sampling steps while sampling, inputs and files otherwise. */
export const STEP_UNITS = ['bytes', 'frames', 'steps', 'items'] as const
export type StepUnit = (typeof STEP_UNITS)[number]

export const JOB_ID_PATTERN =
  /^job_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

export const JOB_LIST_MAX = 100
export const JOB_LIST_DEFAULT = 20
