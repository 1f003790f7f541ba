// The node classes of the recorded servers: the table for validation and running. Each stand-in has its own copy, so that a test
// may remove a class or a model file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ComfyVersion } from './version.ts'

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'comfyui')

/** `[type, options]`; a V1 combo has its list in the place of the type. */
export type InputSpec = readonly [type: string | readonly unknown[], options?: InputOptions]

export interface InputOptions {
  readonly min?: number
  readonly max?: number
  readonly options?: readonly unknown[]
  readonly [name: string]: unknown
}

export interface NodeInfo {
  readonly input: {
    readonly required?: Record<string, InputSpec>
    readonly optional?: Record<string, InputSpec>
  }
  readonly output: readonly string[]
  readonly output_node: boolean
  readonly [name: string]: unknown
}

export type ObjectInfo = Record<string, NodeInfo>

export function readObjectInfo(version: ComfyVersion): ObjectInfo {
  const file = join(FIXTURES, `v${version}`, 'object_info.json')
  const info: ObjectInfo = JSON.parse(readFileSync(file, 'utf8'))
  return info
}

/** The accepted values of a combo, in both generations of nodes; null when the input is not a combo. */
export function comboOptions([type, options]: InputSpec): readonly unknown[] | null {
  if (Array.isArray(type)) return type
  return type === 'COMBO' ? (options?.options ?? []) : null
}
