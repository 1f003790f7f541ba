// The messages between stage-image.ts and its child process: one order, one answer.

import type { Size } from '@infinitetalk/arithmetic'
import type { ErrorCode, RelativeBox } from '@infinitetalk/contract'
import type { ImageFormat } from './sniff.ts'

export interface DecodeOrder {
  readonly path: string
  /** The file's name as it may stand in a sentence. */
  readonly name: string
  readonly format: ImageFormat
  /** The part of the upright picture that is written; null: all of it. */
  readonly crop: RelativeBox | null
  /** The path of the PNG to write. */
  readonly outputPath: string
  /** A larger picture is scaled down to this, in pixels. */
  readonly outputMaxSide: number
  readonly maxBytes: number
  readonly maxPixels: number
  readonly minSide: number
  readonly maxSide: number
}

export type DecodeAnswer =
  | { readonly staged: Size }
  | { readonly code: ErrorCode; readonly detail: string }
