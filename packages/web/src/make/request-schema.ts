// What the hub itself says of each member of a request: its words, its bounds, its default. Read from the hub's own
// description of its API, when the drawer is opened for the first time.
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
  | { readonly kind: 'json' }
)

interface Schema {
  readonly description?: string
  readonly default?: unknown
  readonly type?: string | readonly string[]
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
}

export async function readParameters(
  hub: HubConnection,
  signal: AbortSignal,
): Promise<readonly Parameter[]> {
  const response = await hub.fetch('/openapi.json', { signal })
  const document = (await response.json()) as {
    paths: Record<
      string,
      { post: { requestBody: { content: Record<string, { schema: Schema }> } } }
    >
  }
  const schema = document.paths['/v1/jobs']?.post.requestBody.content['application/json']?.schema
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => toParameter(name, member))
}

function toParameter(name: string, member: Schema): Parameter {
  const { description = '', default: fallback } = member
  const common = { name, description, fallback: fallback === undefined ? null : String(fallback) }
  const schema = member.anyOf?.find(({ type }) => type !== 'null') ?? member
  const types = [schema.type ?? []].flat()
  if (schema.enum !== undefined) return { ...common, kind: 'choice', choices: schema.enum }
  if (types.includes('boolean')) return { ...common, kind: 'switch' }
  if (types.includes('integer') || types.includes('number')) {
    const { minimum: min = null, maximum: max = null } = schema
    return { ...common, kind: 'number', whole: types.includes('integer'), min, max }
  }
  return { ...common, kind: types.includes('string') ? 'text' : 'json' }
}
