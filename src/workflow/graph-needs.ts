// The needs of a graph, read from the graph alone: node packs and model files.
import type { Graph } from './graph.ts'
import { modelFolder } from './model-folders.ts'
import { packOf } from './node-packs.ts'

export interface GraphNeeds {
  readonly nodePacks: readonly string[]
  /** `FOLDER/FILE`. */
  readonly models: readonly string[]
}

export function needsOf(graph: Graph): GraphNeeds {
  const nodes = Object.values(graph)
  const packs = nodes.flatMap(({ class_type }) => packOf(class_type)?.name ?? [])
  const models = nodes.flatMap(({ class_type, inputs }) =>
    Object.entries(inputs).flatMap(([input, value]) => {
      const folder = typeof value === 'string' ? modelFolder(class_type, input, value) : undefined
      return folder === undefined ? [] : [`${folder}/${String(value)}`]
    }),
  )
  return { nodePacks: inOrder(packs), models: inOrder(models) }
}

function inOrder(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
