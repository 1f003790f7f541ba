// How much a caller may write beside a job.
export const METADATA_MAX_KEYS = 16
export const METADATA_MAX_CHARS = 512
