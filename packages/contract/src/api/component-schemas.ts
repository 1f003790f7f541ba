// Turns zod schemas into JSON Schema 2020-12 inside an OpenAPI document. A schema with a name becomes a component.
import { z } from 'zod'

type Json = Record<string, unknown>

export class ComponentSchemas {
  readonly #components = new Map<string, Json>()

  /** The schema, or a reference to it when it has a name. */
  add(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema, $defs, ...own } = z.toJSONSchema(schema, { io }) as Json
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      this.#components.set(name, toComponent(definition))
    }
    const name = z.globalRegistry.get(schema)?.id
    if (name === undefined) return toComponent(own)
    // A named schema that is used inside itself, or with a description of its own, comes as a reference to its definition.
    if (!('$ref' in own)) this.#components.set(name, toComponent(own))
    return { $ref: `#/components/schemas/${name}` }
  }

  all(): Json {
    return Object.fromEntries(
      [...this.#components].toSorted(([a], [b]) => a.localeCompare(b, 'en')),
    )
  }
}

/** Points references to components and drops the names, which are the keys of the components. */
function toComponent({ id, $id, ...definition }: Json): Json {
  return JSON.parse(
    JSON.stringify(definition).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as Json
}
