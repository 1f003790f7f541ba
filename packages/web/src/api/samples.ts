// The same call as curl, Node and Python: each runs as it stands, once the hub is there.
import { type ApiCall, exampleOf } from './open-api.ts'

interface Sample {
  readonly name: string
  readonly code: string
}

interface SampleOptions {
  /** Address of the hub, without a slash at its end. */
  readonly baseUrl: string
  /** The hub wants a key. */
  readonly withKey: boolean
}

export function samplesOf(call: ApiCall, options: SampleOptions): readonly Sample[] {
  return [
    { name: 'curl', code: toCurl(call, options) },
    { name: 'Node', code: toNode(call, options) },
    { name: 'Python', code: toPython(call, options) },
  ]
}

function toCurl(call: ApiCall, { baseUrl, withKey }: SampleOptions): string {
  const body = exampleOf(call.operation)
  const method =
    call.method === 'GET' ? '' : call.method === 'HEAD' ? ' --head' : ` -X ${call.method}`
  const lines = [`curl${method} '${baseUrl}${call.path}'`]
  if (withKey) lines.push(`-H "Authorization: Bearer $INFINITETALK_KEY"`)
  if (body !== undefined) {
    const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''")
    lines.push("-H 'Content-Type: application/json'", `-d '${json}'`)
  }
  return lines.join(' \\\n  ')
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is shown.
const NODE_KEY = 'authorization: `Bearer ${process.env.INFINITETALK_KEY}`'

function toNode(call: ApiCall, { baseUrl, withKey }: SampleOptions): string {
  const body = exampleOf(call.operation)
  const headers = [
    ...(withKey ? [NODE_KEY] : []),
    ...(body === undefined ? [] : ["'content-type': 'application/json'"]),
  ]
  const members = [
    ...(call.method === 'GET' ? [] : [`  method: '${call.method}',`]),
    ...(headers.length === 0 ? [] : [`  headers: { ${headers.join(', ')} },`]),
    ...(body === undefined
      ? []
      : [`  body: JSON.stringify(${indent(JSON.stringify(body, null, 2))}),`]),
  ]
  const init = members.length === 0 ? '' : `, {\n${members.join('\n')}\n}`
  return `const response = await fetch('${baseUrl}${call.path}'${init})\nconsole.log(response.status, await response.text())`
}

function toPython(call: ApiCall, { baseUrl, withKey }: SampleOptions): string {
  const body = exampleOf(call.operation)
  const lines = [
    `    "${call.method}",`,
    `    "${baseUrl}${call.path}",`,
    ...(withKey
      ? ['    headers={"Authorization": f"Bearer {os.environ[\'INFINITETALK_KEY\']}"},']
      : []),
    ...(body === undefined ? [] : [`    json=${indent(toPythonValue(body), 4)},`]),
    '    timeout=60,',
  ]
  const imports = withKey ? 'import os\n\nimport requests' : 'import requests'
  return `${imports}\n\nresponse = requests.request(\n${lines.join('\n')}\n)\nprint(response.status_code, response.text)`
}

/** Outside of texts, JSON is Python but for three words. */
function toPythonValue(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /"(?:[^"\\]|\\.)*"|\b(true|false|null)\b/g,
    (found, word: keyof typeof PYTHON_WORDS | undefined) =>
      word === undefined ? found : PYTHON_WORDS[word],
  )
}

const PYTHON_WORDS = { true: 'True', false: 'False', null: 'None' } as const

function indent(text: string, by = 2): string {
  return text.replaceAll('\n', `\n${' '.repeat(by)}`)
}
