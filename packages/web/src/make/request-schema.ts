// Description, bounds and default of each member of a request. They are read from the hub's own description of its API when the
// drawer is opened for the first time.
import type { HubConnection } from '../hub/hub-connection.ts'

export type Parameter = {
  readonly name: string
  readonly description: string
  readonly fallback: string | null
} & (
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'switch' }
  | {
      readonly kind: 'number'
      readonly whole: boolean
      readonly min: number | null
      readonly max: number | null
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'loras'; readonly most: number }
)

interface Schema {
  /** Points to a schema that has a name. */
  readonly $ref?: string
  readonly description?: string
  readonly default?: unknown
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Document {
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly post: {
          readonly requestBody: {
            readonly content: Readonly<Record<string, { readonly schema: Schema }>>
          }
        }
      }
    >
  >
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** @throws TypeError when the hub does not answer */
export async function readParameters(
  hub: HubConnection,
  signal: AbortSignal,
): Promise<readonly Parameter[]> {
  const response = await hub.fetch('/openapi.json', { signal })
  const { paths, components } = (await response.json()) as Document
  const named = ({ $ref, ...schema }: Schema): Schema => {
    const found = $ref === undefined ? undefined : components.schemas[$ref.split('/').at(-1) ?? '']
    return { ...found, ...schema }
  }
  const body = paths['/v1/jobs']?.post.requestBody.content['application/json']?.schema ?? {}
  return Object.entries(named(body).properties ?? {}).flatMap(
    ([name, member]) => toParameter(name, named(member), named) ?? [],
  )
}

/** null: the page has no field for it. */
function toParameter(
  name: string,
  member: Schema,
  named: (schema: Schema) => Schema,
): Parameter | null {
  const { description = '', default: fallback } = member
  const common = { name, description, fallback: fallback === undefined ? null : String(fallback) }
  const schema = named(member.anyOf?.find(({ type }) => type !== 'null') ?? member)
  const types = [schema.type ?? []].flat()
  if (schema.enum !== undefined) return { ...common, kind: 'choice', choices: schema.enum }
  if (types.includes('boolean')) return { ...common, kind: 'switch' }
  if (types.includes('integer') || types.includes('number')) {
    const { minimum: min = null, maximum: max = null } = schema
    return { ...common, kind: 'number', whole: types.includes('integer'), min, max }
  }
  if (types.includes('string')) return { ...common, kind: 'text' }
  return name === 'loras' ? { ...common, kind: 'loras', most: schema.maxItems ?? 1 } : null
}
