// The public face of the contract: the only file other packages import.

export { ERROR_CODES, type ErrorCode } from './error-codes.ts'
export { STAGES, type Stage } from './progress.ts'
