// What every step of media work is given: the programs and the limits.
import type { Limits } from '../domain/limits.ts'
import type { Tools } from './tool.ts'

export interface MediaTools {
  readonly tools: Tools
  readonly limits: Limits
}
