// The nodes that check a value themselves: file inputs must exist (but need not be in the list, which names only files directly in
// the input folder), WanVideoDecode accepts any tile.
import type { GraphNode } from './graph.ts'
import { type Folders, findInputFile } from './input-files.ts'
import type { InputError } from './validate-input.ts'
import type { VersionTraits } from './version.ts'

/** Class, the input that names a file, and its word for that file. */
const FILE_INPUTS: Readonly<Record<string, readonly [input: string, noun: string]>> = {
  LoadImage: ['image', 'image'],
  LoadImageMask: ['image', 'image'],
  LoadAudio: ['audio', 'audio'],
  LoadVideo: ['file', 'video'],
  VHS_LoadVideo: ['video', 'video'],
}

const OWN_CHECKS: Readonly<Record<string, readonly string[]>> = {
  WanVideoDecode: ['tile_x', 'tile_y', 'tile_stride_x', 'tile_stride_y'],
}

export function hasOwnCheck(className: string | undefined, input: string): boolean {
  const name = className ?? ''
  return FILE_INPUTS[name]?.[0] === input || OWN_CHECKS[name]?.includes(input) === true
}

export function customCheck(
  node: GraphNode,
  { folders, traits }: { readonly folders: Folders; readonly traits: VersionTraits },
): readonly InputError[] {
  const [input, noun] = FILE_INPUTS[node.class_type ?? ''] ?? []
  const value = input === undefined ? undefined : node.inputs?.[input]
  if (input === undefined || typeof value !== 'string') return []
  if (findInputFile(value, folders, traits.confinesInputs) !== null) return []
  return [
    {
      type: 'custom_validation_failed',
      message: 'Custom validation failed for node',
      details: `${input} - Invalid ${noun} file: ${value}`,
      extra_info: { input_name: input },
    },
  ]
}
