// Renders the OpenAPI document as one page for people, without scripts and without files from elsewhere.

type Json = Readonly<Record<string, unknown>>

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Contents }
  readonly responses: Readonly<Record<string, Answer>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description?: string
}

interface Answer {
  readonly description?: string
  readonly content?: Contents
}

type Contents = Readonly<Record<string, { readonly example?: unknown }>>

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

export function renderDocsPage(openApi: object): string {
  const { info, tags, paths, components } = openApi as Document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const sections = tags.map(({ name, description }) => {
    const rows = operations
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) => renderOperation(method, path, operation))
    return `<h2 id="${name}">${escapeHtml(name)}</h2><p>${escapeHtml(description)}</p>${rows.join('')}`
  })
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="schema-${name}"><summary><code>${name}</code></summary>${renderJson(schema)}</details>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info.title)}: API</title><style>${STYLE}</style></head>
<body><h1>${escapeHtml(info.title)} <small>${escapeHtml(info.version)}</small></h1>
<p>${escapeHtml(info.description)} For programs: <a href="openapi.json">openapi.json</a>. With search and a form to try each operation: <a href="./#/api">the page</a>.</p>
<nav>${tags.map(({ name }) => `<a href="#${name}">${escapeHtml(name)}</a>`).join(' ')}</nav>
${sections.join('\n')}
<h2>Schemas</h2>${schemas.join('\n')}
</body></html>
`
}

function renderOperation(method: string, path: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation
  return [
    `<details><summary><b>${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    renderParameters(parameters),
    requestBody === undefined ? '' : renderContents('Body', requestBody.content),
    ...Object.entries(responses).map(
      ([status, { description: meaning = 'A problem.', content = {} }]) =>
        renderContents(`${status}: ${meaning}`, content),
    ),
    '</details>',
  ].join('')
}

function renderParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(
    ({ name, in: place, description = '' }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${escapeHtml(place)}</td><td>${escapeHtml(description)}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function renderContents(title: string, contents: Contents): string {
  const parts = Object.entries(contents).map(([type, { example }]) => {
    const shown = example === undefined ? '' : renderJson(example)
    return `<p><code>${escapeHtml(type)}</code></p>${shown}`
  })
  return `<h4>${escapeHtml(title)}</h4>${parts.join('')}`
}

function renderJson(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

const STYLE = `
a { color: light-dark(#b93c0c, #ff8a57) } nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem }
body { background: light-dark(#f6f4f0, #141210); color: light-dark(#1f1b16, #f2ede6); overflow-wrap: anywhere; font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
:root { color-scheme: light dark }
summary { cursor: pointer; padding: .3rem 0 } summary b { display: inline-block; min-width: 4.5rem }
details { border-bottom: 1px solid #8884 } details > :not(summary) { margin-left: 1rem }
pre { overflow: auto; padding: .7rem; background: #8881; border-radius: .3rem; font-size: 13px }
table { display: block; overflow-x: auto } code { overflow-wrap: anywhere }
td { padding: .1rem 1rem .1rem 0; vertical-align: top } small { font-weight: normal; opacity: .6 }`
