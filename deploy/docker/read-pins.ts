// Reads and checks pins.json, which names the sources of the images. A pin that is a branch, a typing error or a disguised option
// for git stops the build. As a program it prints the pins for the scripts, one per line, with tabs between the fields.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface SourcePin {
  readonly url: string
  /** A full commit or its first digits, at least seven. */
  readonly commit: string
}

export interface Pins {
  /** Image by role, with its tag. */
  readonly images: Readonly<Record<'node' | 'cuda' | 'postgres' | 's3', string>>
  /** For readers; the build fails when the tag no longer names this commit. */
  readonly comfyui: SourcePin & { readonly tag: string }
  /** The name of its folder in custom_nodes. */
  readonly nodePacks: readonly (SourcePin & { readonly name: string })[]
  /** Constraints for all Python packages, in pip's syntax. */
  readonly pythonConstraints: readonly string[]
}

const IMAGE = /^[a-z0-9][a-z0-9./_-]*:(?!latest$)[\w][\w.-]*(@sha256:[0-9a-f]{64})?$/
const URL_OF_SOURCE = /^(https|file):\/\/[\w./:@%+-]+$/
const COMMIT = /^[0-9a-f]{7,40}$/
const TAG = /^v\d+(\.\d+)+$/
const FOLDER = /^[A-Za-z0-9][\w-]*$/
const CONSTRAINT = /^[A-Za-z0-9][\w.-]*(==|<|<=|~=|>=)[\w.]+$/

/** @throws Error that names the first wrong pin */
export function parsePins(text: string): Pins {
  const pins = JSON.parse(text) as Partial<Pins>
  for (const role of ['node', 'cuda', 'postgres', 's3'] as const) {
    check(`images.${role}`, pins.images?.[role], IMAGE)
  }
  check('comfyui.tag', pins.comfyui?.tag, TAG)
  checkSource('comfyui', pins.comfyui)
  for (const [index, pack] of (pins.nodePacks ?? []).entries()) {
    check(`nodePacks[${index}].name`, pack.name, FOLDER)
    checkSource(`nodePacks[${index}]`, pack)
  }
  for (const [index, constraint] of (pins.pythonConstraints ?? []).entries()) {
    check(`pythonConstraints[${index}]`, constraint, CONSTRAINT)
  }
  if (!pins.nodePacks?.length || !pins.pythonConstraints?.length) {
    throw new Error('pins: nodePacks and pythonConstraints must each name something')
  }
  return pins as Pins
}

function checkSource(where: string, source: Partial<SourcePin> | undefined): void {
  check(`${where}.url`, source?.url, URL_OF_SOURCE)
  check(`${where}.commit`, source?.commit, COMMIT)
}

function check(where: string, value: unknown, form: RegExp): void {
  if (typeof value === 'string' && form.test(value)) return
  throw new Error(`pins: ${where} is ${JSON.stringify(value)}, which does not fit ${form}`)
}

/** Lines for the scripts: `comfyui URL COMMIT TAG`, `pack NAME URL COMMIT`, `constraint TEXT`. */
export function listPins({ comfyui, nodePacks, pythonConstraints }: Pins): readonly string[] {
  return [
    ['comfyui', comfyui.url, comfyui.commit, comfyui.tag],
    ...nodePacks.map(({ name, url, commit }) => ['pack', name, url, commit]),
    ...pythonConstraints.map((constraint) => ['constraint', constraint]),
  ].map((fields) => fields.join('\t'))
}

if (import.meta.main) {
  const file = process.argv[2] ?? fileURLToPath(new URL('pins.json', import.meta.url))
  console.log(listPins(parsePins(readFileSync(file, 'utf8'))).join('\n'))
}
