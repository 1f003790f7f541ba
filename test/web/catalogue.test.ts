// The page in two languages: no text of it escapes the catalogue, no text of the catalogue is unused, and both languages have the same
// values in braces.
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSync, Visitor } from 'vite'
import { describe, expect, it } from 'vitest'
import { GERMAN } from '../../packages/web/src/language/german.ts'
import { ROOT } from '../support/run-infinitetalk.ts'

const SOURCES = join(ROOT, 'packages/web/src')
const CATALOGUE: Readonly<Record<string, string | { one: string; other: string }>> = GERMAN
/** Attributes whose value a person reads or hears. */
const READ = /^(aria-label|aria-valuetext|title|placeholder|alt|label|legend)$/
/** Names, file names and units: the same in every language. */
const NAMES = new Set(['InfiniteTalk', 'API', 'LoRAs', 'openapi.json', 'docs', 's', 'English'])
/** Texts for a model, for the console or for another program. */
const NOT_READ = new Set([
  'style.safetensors',
  'The example was answered with {}.',
  'A window was answered with {}.',
  'The hub answered {}.',
  'This browser cannot draw.',
  'This browser cannot read the picture.',
  'The picture does not load.',
  'useHub() needs a HubContext above it.',
])
/** Models know English best. */
const PROMPT = /^A (person|presenter) (talk|speak)/
/** Program code that is shown as it is. */
const CODE = /\/(samples|icons)\.tsx?$|\.test\.ts$|\/language\//

interface Found {
  readonly read: readonly string[]
  readonly literals: readonly string[]
}

const files = (await readdir(SOURCES, { recursive: true }))
  .filter((path) => /\.tsx?$/.test(path) && !CODE.test(`/${path}`))
  .map((path) => ({ path, ...textsOf(path, readFileSync(join(SOURCES, path), 'utf8')) }))

/** The texts of a source that a person may read, and all its literals. */
function textsOf(path: string, source: string): Found {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const [read, literals]: [string[], string[]] = [[], []]
  const stack: string[] = []
  const singular = new Set<string>()
  const note = (text: string, isRead: boolean): void => {
    literals.push(text)
    if (isRead && isWords(text)) read.push(text.trim())
  }
  const readIn = (child: { readonly type: string }): void => {
    if (child.type !== 'JSXExpressionContainer' || stack.at(-1) === 'code') return
    for (const text of branchesOf(child)) note(text, true)
  }
  new Visitor({
    JSXElement: ({ openingElement: { name }, children }) => {
      stack.push(name.type === 'JSXIdentifier' ? name.name : '')
      for (const child of children) readIn(child)
    },
    'JSXElement:exit': () => {
      stack.pop()
    },
    JSXFragment: ({ children }) => {
      for (const child of children) readIn(child)
    },
    JSXText: ({ value }) => note(value, stack.at(-1) !== 'code'),
    JSXAttribute: ({ name, value }) => {
      const isRead = name.type === 'JSXIdentifier' && READ.test(name.name)
      for (const text of branchesOf(value)) note(text, isRead)
    },
    CallExpression: ({ callee, arguments: [, one] }) => {
      // The singular is no key.
      if (callee.type === 'Identifier' && callee.name === 'sayCount')
        for (const text of branchesOf(one)) singular.add(text)
    },
    Literal: ({ value }) => {
      if (typeof value === 'string') note(value, isSentence(value))
    },
    TemplateLiteral: ({ quasis }) => {
      const text = quasis.map(({ value }) => value.cooked).join('{}')
      note(text, isSentence(text))
    },
  }).visit(program)
  return { read: read.filter((text) => !singular.has(text)), literals }
}

interface Node {
  readonly type?: string
  readonly expression?: unknown
  readonly consequent?: unknown
  readonly alternate?: unknown
  readonly left?: unknown
  readonly right?: unknown
  readonly value?: unknown
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[]
}

/** The texts that an expression may become: both of a choice, not the arguments of a function. */
function branchesOf(node: unknown): readonly string[] {
  const { type, expression, consequent, alternate, left, right, value, quasis } = (node ??
    {}) as Node
  switch (type) {
    case 'JSXExpressionContainer':
      return branchesOf(expression)
    case 'ConditionalExpression':
      return [...branchesOf(consequent), ...branchesOf(alternate)]
    case 'LogicalExpression':
      return [...branchesOf(left), ...branchesOf(right)]
    case 'Literal':
      return typeof value === 'string' ? [value] : []
    case 'TemplateLiteral':
      return (quasis ?? []).map((part) => part.value.cooked)
    default:
      return []
  }
}

function isWords(text: string): boolean {
  return /\p{L}/u.test(text) && !NAMES.has(text.trim()) && !PROMPT.test(text)
}

/** A capital, and a space between words: class names and codes have no capital. */
function isSentence(text: string): boolean {
  return /^[A-Z][\p{L}'-]*[ ,.:!?].*\p{L}/u.test(text)
}

describe('the catalogue of the page', () => {
  it('has every text that a person reads', () => {
    const escaped = files.flatMap(({ path, read }) =>
      read
        .filter((text) => !(text in CATALOGUE) && !NOT_READ.has(text))
        .map((text) => `${path}: ${text}`),
    )
    expect(escaped).toEqual([])
  })

  it('has no text that the page does not use', () => {
    const used = new Set(files.flatMap(({ literals }) => literals))
    expect(Object.keys(CATALOGUE).filter((text) => !used.has(text))).toEqual([])
  })

  it('keeps the values of a text in its translation', () => {
    const valuesIn = (text: string): string => (text.match(/\{\w+\}/g) ?? []).toSorted().join()
    for (const [english, german] of Object.entries(CATALOGUE)) {
      const forms = typeof german === 'string' ? [german] : [german.other]
      for (const form of forms) expect(valuesIn(form), english).toBe(valuesIn(english))
    }
  })

  it('finds a text that escapes', () => {
    const source = 'const a = <p title="Any" class="b c">Some words{c ? "Yes" : say("No")}</p>'
    expect(textsOf('a.tsx', source).read).toEqual(
      expect.arrayContaining(['Any', 'Some words', 'Yes']),
    )
    expect(textsOf('a.tsx', source).read).not.toContain('No')
    expect(textsOf('a.ts', "throw new Error('The hub is away.')").read).toEqual([
      'The hub is away.',
    ])
  })
})
