// The programs and limits that every step of media work gets.
import type { Limits } from '../domain/limits.ts'
import type { Tools } from './tool.ts'

export interface MediaTools {
  readonly tools: Tools
  readonly limits: Limits
}
