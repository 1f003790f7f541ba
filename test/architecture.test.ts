// The import law of ARCHITECTURE.md, held by a test: arrows point down, there are no cycles (types included), files stay
// small and say in their first lines why they exist.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const MAX_LINES = 400
const MAX_MEDIAN_LINES = 120

/** The imports each room may have, besides its own. A room inside `engines/` is named with its engine. */
const LAW: Readonly<Record<string, readonly string[]>> = {
  arithmetic: [],
  contract: [],
  client: ['contract'],
  web: ['arithmetic', 'client', 'contract'],
  domain: ['arithmetic', 'contract'],
  async: ['domain'],
  workflow: ['domain', 'contract'],
  app: ['arithmetic', 'async', 'app/ports', 'domain', 'contract'],
  'app/ports': ['arithmetic', 'domain', 'contract'],
  vision: ['arithmetic', 'domain', 'app/ports'],
  'engines/preview': ['arithmetic', 'domain', 'app/ports', 'media', 'vision', 'contract'],
  media: ['arithmetic', 'async', 'domain', 'app/ports', 'contract'],
  net: ['async', 'domain', 'app/ports'],
  renderer: ['async', 'domain', 'app/ports', 'media', 'contract'],
  /** The law of each engine that has no row of its own. */
  engines: ['async', 'domain', 'app/ports', 'media', 'contract'],
  'engines/remote': ['async', 'domain', 'app/ports'],
  'engines/comfyui': [
    'engines/remote',
    'arithmetic',
    'async',
    'domain',
    'app/ports',
    'media',
    'net',
    'workflow',
    'contract',
  ],
  'engines/cloud': ['engines/remote', 'async', 'domain', 'app/ports', 'media', 'net', 'contract'],
  'engines/beam': ['engines/cloud', 'domain', 'net', 'contract'],
  'engines/runpod': ['engines/cloud', 'domain', 'contract'],
  speech: ['async', 'domain', 'app/ports', 'media', 'net'],
  stores: ['async', 'domain', 'app/ports', 'net', 'contract'],
  models: ['async', 'domain', 'app/ports', 'net', 'contract'],
  observe: ['app/ports'],
  mcp: ['client', 'domain', 'contract'],
  http: ['app', 'app/ports', 'domain', 'mcp', 'contract'],
  runners: ['async', 'app', 'domain', 'net'],
  doctor: [
    'app/ports',
    'config',
    'domain',
    'engines/cloud',
    'engines/comfyui',
    'media',
    'models',
    'speech',
    'vision',
    'workflow',
    'contract',
  ],
  config: ['contract', 'domain'],
  cli: ['client', 'async', 'app', 'app/ports', 'config', 'contract', 'domain', 'mcp', 'net'],
}
/** Rooms that may import everything: the one that composes. */
const COMPOSERS = new Set(['main'])

/** Packages that belong to one room: everyone else goes through it. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  zod: ['contract'],
  undici: ['net'],
  'ipaddr.js': ['net', 'config'],
  'heic-decode': ['media'],
  sharp: ['media', 'vision', 'engines/preview', 'engines/comfyui'],
  aws4fetch: ['stores'],
  'hash-wasm': ['engines/comfyui'],
  kysely: ['stores'],
  'better-sqlite3': ['stores', 'models'],
  pg: ['stores'],
  fastify: ['http'],
  '@modelcontextprotocol/server': ['mcp'],
  '@fastify/busboy': ['http'],
  '@tus/file-store': ['http'],
  '@tus/server': ['http'],
  pino: ['observe'],
  'pino-pretty': ['observe'],
  'prom-client': ['observe'],
  delaunator: ['engines/preview'],
  ws: ['engines/comfyui'],
  yazl: ['cli', 'http'],
  'csv-parse': ['cli'],
  wabt: ['engines/preview'],
  preact: ['web'],
  vite: ['web'],
}

/** Data in the shape of code. */
const TABLES = new Set(['src/vision/mesh-triangles.ts'])

interface SourceFile {
  readonly path: string
  readonly room: string
  readonly text: string
  readonly lines: number
  /** Project files it imports. */
  readonly files: readonly string[]
  readonly packages: readonly string[]
}

const sources = readSources()

describe('the house', () => {
  it('has arrows that point down only', () => {
    const breaches = sources.flatMap((source) =>
      source.files.flatMap((target) => {
        const to = roomOf(target)
        const allowed =
          COMPOSERS.has(source.room) || to === source.room || lawOf(source.room)?.includes(to)
        return allowed ? [] : [`${source.path} (${source.room}) imports ${target} (${to})`]
      }),
    )
    expect(breaches).toEqual([])
  })

  it('permits no arrow that nobody draws', () => {
    const drawn = new Set(
      sources.flatMap(({ room, files }) => files.map((target) => `${room} -> ${roomOf(target)}`)),
    )
    const idle = Object.entries(LAW)
      .filter(([room]) => sources.some((source) => source.room === room))
      .flatMap(([room, others]) => others.map((other) => `${room} -> ${other}`))
      .filter((arrow) => !drawn.has(arrow))
    expect(idle).toEqual([])
  })

  it('has no import cycles, types included', () => {
    expect(findCycle(new Map(sources.map((source) => [source.path, source.files])))).toEqual([])
  })

  it('knows every room it has', () => {
    const rooms = new Set(sources.map((source) => source.room))
    const strangers = [...rooms].filter((room) => lawOf(room) === undefined && !COMPOSERS.has(room))
    expect(strangers).toEqual([])
  })

  it('is drawn in ARCHITECTURE.md as it is', () => {
    const page = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
    const rows = page.matchAll(/^\| `(?:src|packages)\/([a-z/]+)` \|.*\| ([^|]+) \|$/gm)
    const drawn = [...rows].map(([, room = '', cell = '']) => [
      room,
      cell.replace('ports', 'app/ports').replace(' (types)', '').split(', ').toSorted(),
    ])
    const law = Object.entries(LAW).map(([room, others]) => [room, others.toSorted()])
    expect(Object.fromEntries(drawn)).toEqual({
      ...Object.fromEntries(law),
      arithmetic: ['nothing'],
      contract: ['zod'],
      main: ['everything'],
    })
  })

  it('opens each package in its own room only', () => {
    const breaches = sources.flatMap((source) =>
      source.packages
        .filter((name) => PACKAGE_OWNERS[name]?.includes(source.room) !== true)
        .map((name) => `${source.path} imports ${name}`),
    )
    expect(breaches).toEqual([])
  })

  it('has a client that needs nothing at run time: no package, no Node', () => {
    const needed = sources
      .filter(({ room }) => room === 'client')
      .flatMap(({ path, text }) =>
        [...text.matchAll(/^(?:import|export)(?! type)\b[^;'"]*?from\s+'([^./][^']*)'/gm)].map(
          ([, specifier]) => `${path} imports ${specifier}`,
        ),
      )
    expect(needed).toEqual([])
  })

  it('has no file that a reader must scroll through for ever', () => {
    const code = sources.filter((source) => !TABLES.has(source.path))
    const long = code.filter((source) => source.lines > MAX_LINES).map((source) => source.path)
    const sizes = code.map((source) => source.lines).toSorted((a, b) => a - b)
    expect(long).toEqual([])
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN_LINES)
  })

  it('says in the first lines of every file why it exists', () => {
    const silent = sources
      .filter((source) => !/^(\/\/|\/\*\*)/.test(source.text))
      .map((s) => s.path)
    expect(silent).toEqual([])
  })

  it('has no room for odds and ends', () => {
    const vague = sources.filter((source) =>
      /(^|\/)(utils?|helpers?|common|misc)(\/|\.tsx?$)/.test(source.path),
    )
    expect(vague.map((source) => source.path)).toEqual([])
  })
})

function readSources(): readonly SourceFile[] {
  const files = [...walk(join(ROOT, 'src')), ...walk(join(ROOT, 'packages'))]
  return files.map((file) => {
    const text = readFileSync(file, 'utf8')
    const specifiers = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'/g)]
      .concat([...text.matchAll(/(?:^|\n)\s*import\s+'([^']+)'/g)])
      .concat([...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)])
      .map((match) => match[1] ?? '')
    return {
      path: relative(ROOT, file).split(sep).join('/'),
      room: roomOf(relative(ROOT, file).split(sep).join('/')),
      text,
      lines: text.split('\n').length,
      files: specifiers.flatMap((specifier) => projectFile(specifier, file)),
      packages: specifiers
        .filter((specifier) => !/^[./]|^node:|^@infinitetalk\//.test(specifier))
        .map(packageName),
    }
  })
}

function* walk(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') continue
    if (statSync(path).isDirectory()) yield* walk(path)
    else if (/\.tsx?$/.test(name) && !/\.(test|d)\.ts$/.test(name)) yield path
  }
}

function projectFile(specifier: string, from: string): string[] {
  const [, workspace, entry = 'index'] = /^@infinitetalk\/(\w+)(?:\/(\w+))?$/.exec(specifier) ?? []
  if (workspace !== undefined) return [`packages/${workspace}/src/${entry}.ts`]
  if (!specifier.startsWith('.') || !/\.tsx?$/.test(specifier)) return []
  return [
    relative(ROOT, resolve(dirname(from), specifier))
      .split(sep)
      .join('/'),
  ]
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function roomOf(path: string): string {
  const [top, second, third] = path.split('/')
  if (top === 'packages') return second ?? ''
  if (second === 'engines') return `engines/${third}`
  if (second === 'app' && third === 'ports') return 'app/ports'
  return second ?? ''
}

function lawOf(room: string): readonly string[] | undefined {
  return LAW[room] ?? (room.startsWith('engines/') ? LAW.engines : undefined)
}

/** The files of one cycle, in order; empty when there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (node: string): string[] => {
    const at = path.indexOf(node)
    if (at >= 0) return [...path.slice(at), node]
    if (done.has(node)) return []
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle.length > 0) return cycle
    }
    path.pop()
    done.add(node)
    return []
  }
  for (const node of graph.keys()) {
    const cycle = visit(node)
    if (cycle.length > 0) return cycle
  }
  return []
}
