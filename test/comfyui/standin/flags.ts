// The options of ComfyUI's command line that a supervisor may use: which ones each version knows, how many values they take, and
// argparse's exit at the first unknown one.
import type { ComfyVersion } from './version.ts'

interface Flag {
  readonly name: string
  /** `?`: may stand without a value. `+`: one or more. */
  readonly values: 0 | 1 | '?' | '+'
}

const EVERY_VERSION: readonly Flag[] = [
  { name: '--listen', values: '?' },
  { name: '--port', values: 1 },
  { name: '--disable-auto-launch', values: 0 },
  { name: '--extra-model-paths-config', values: '+' },
  { name: '--base-directory', values: 1 },
  { name: '--output-directory', values: 1 },
  { name: '--input-directory', values: 1 },
  { name: '--temp-directory', values: 1 },
  { name: '--user-directory', values: 1 },
  { name: '--max-upload-size', values: 1 },
  { name: '--preview-method', values: 1 },
  { name: '--dont-print-server', values: 0 },
  { name: '--log-stdout', values: 0 },
  { name: '--cache-classic', values: 0 },
  { name: '--cache-lru', values: 1 },
  { name: '--cache-none', values: 0 },
  { name: '--disable-all-custom-nodes', values: 0 },
  { name: '--whitelist-custom-nodes', values: '+' },
  { name: '--disable-metadata', values: 0 },
  { name: '--disable-api-nodes', values: 0 },
  { name: '--reserve-vram', values: 1 },
  { name: '--lowvram', values: 0 },
  { name: '--novram', values: 0 },
  { name: '--cpu', values: 0 },
  { name: '--fast', values: '?' },
  { name: '--front-end-root', values: 1 },
  { name: '--database-url', values: 1 },
]

const NEW_ONLY: readonly Flag[] = [
  { name: '--cache-ram', values: '?' },
  { name: '--high-ram', values: 0 },
  { name: '--enable-manager', values: 0 },
]

export interface ParsedFlags {
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Arguments that argparse does not recognise. */
  readonly unknown: readonly string[]
}

export function parseFlags(args: readonly string[], version: ComfyVersion): ParsedFlags {
  const flags = new Map(flagsOf(version).map((flag) => [flag.name, flag]))
  const values: Record<string, string[]> = {}
  const unknown: string[] = []
  let open: { readonly flag: Flag; readonly into: string[] } | null = null
  for (const argument of args) {
    const [name = argument, inline] = argument.split(/=(.*)/s)
    const flag = flags.get(name)
    if (flag !== undefined) {
      const into = inline === undefined ? [] : [inline]
      values[name] = into
      open = inline === undefined ? { flag, into } : null
    } else if (!argument.startsWith('--') && open !== null && takesMore(open.flag, open.into)) {
      open.into.push(argument)
    } else {
      unknown.push(argument)
    }
  }
  return { values, unknown }
}

export function helpText(version: ComfyVersion): string {
  const lines = flagsOf(version).map(({ name, values }) => {
    const value = name.slice(2).toUpperCase().replaceAll('-', '_')
    return `  ${name}${{ 0: '', 1: ` ${value}`, '?': ` [${value}]`, '+': ` ${value} [${value} ...]` }[values]}`
  })
  return ['usage: main.py [-h] [options]', '', 'options:', '  -h, --help', ...lines, ''].join('\n')
}

function flagsOf(version: ComfyVersion): readonly Flag[] {
  return version === '0.3.64' ? EVERY_VERSION : [...EVERY_VERSION, ...NEW_ONLY]
}

function takesMore({ values }: Flag, taken: readonly string[]): boolean {
  return values === '+' || (values !== 0 && taken.length === 0)
}
