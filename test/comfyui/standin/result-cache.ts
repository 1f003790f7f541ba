// The server's memory of the last prompt: a node's result is found again by everything it depends on, including the bytes of its
// input files. Equal nodes of one graph share a result.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Graph, toLink } from './graph.ts'
import type { NodeResult } from './run-context.ts'

export type Signatures = ReadonlyMap<string, string>

export class ResultCache {
  #results = new Map<string, NodeResult>()

  get(signature: string | undefined): NodeResult | undefined {
    return signature === undefined ? undefined : this.#results.get(signature)
  }

  set(signature: string, result: NodeResult): void {
    this.#results.set(signature, result)
  }

  /** Drops results that this prompt has no node for. */
  keepOnly(signatures: Signatures): void {
    const wanted = new Set(signatures.values())
    this.#results = new Map([...this.#results].filter(([signature]) => wanted.has(signature)))
  }

  clear(): void {
    this.#results.clear()
  }
}

/** @param findFile the input file that a value names, if it names one */
export function signaturesOf(graph: Graph, findFile: (name: string) => string | null): Signatures {
  const signatures = new Map<string, string>()
  for (const id of Object.keys(graph)) signatureOf(id)
  return signatures

  function signatureOf(id: string): string {
    const known = signatures.get(id)
    if (known !== undefined) return known
    const node = graph[id]
    // Set while the node's own inputs are visited: a cycle must end.
    signatures.set(id, `cycle at ${id}`)
    const inputs = Object.entries(node?.inputs ?? {}).map(([name, value]) => {
      const link = toLink(value)
      return link === null
        ? [name, value, contentOf(node?.class_type ?? '', value)]
        : [name, signatureOf(link.nodeId), link.slot]
    })
    const signature = hash(JSON.stringify([node?.class_type, inputs]))
    signatures.set(id, signature)
    return signature
  }

  function contentOf(className: string, value: unknown): string | null {
    if (typeof value !== 'string' || !/Load(Image|Audio|Video)/.test(className)) return null
    const file = findFile(value)
    return file === null ? null : hash(readFileSync(file))
  }
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
