// Reads the workflows from their folders: ours, then anybody's own. A graph is NAME.json; its bindings are NAME.bindings.json
// beside it, or an entry of bindings.json. One broken file never takes the others away: it is told as a problem of its name.
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError, toAppError } from '../../domain/errors.ts'
import { openInputFile } from '../../media/input-file.ts'
import { parseBindingsTable } from '../../workflow/bindings-table.ts'
import { type Graph, parseGraph } from '../../workflow/graph.ts'
import { createTemplate, type Template } from '../../workflow/template.ts'
import { quote, workflowInvalid } from '../../workflow/workflow-error.ts'

export interface LoadedTemplates {
  readonly templates: readonly Template[]
  /** Each with the name of its workflow as `meta.workflow`; such a workflow is not among the templates, not even an earlier one. */
  readonly problems: readonly AppError[]
}

const TABLE = 'bindings.json'
const BINDINGS_END = '.bindings.json'
const GRAPH_END = '.json'
/** The largest published graphs have a few hundred KB. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
const MAX_WORKFLOWS = 500
/** The name of a workflow in a request. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/

/** The folder of the workflows that come with this program. */
export function builtInWorkflows(): string {
  return fileURLToPath(new URL('../../../workflows/', import.meta.url))
}

/** @param folders later ones win over earlier ones, by name; a folder that cannot be read is a problem, too */
export async function loadTemplates(folders: readonly string[]): Promise<LoadedTemplates> {
  const found = new Map<string, Template | AppError>()
  const problems: AppError[] = []
  for (const folder of folders) {
    try {
      for (const [name, result] of await loadFolder(folder)) found.set(name.toLowerCase(), result)
    } catch (thrown) {
      problems.push(toAppError(thrown))
    }
  }
  const templates: Template[] = []
  for (const result of found.values()) {
    if (result instanceof AppError) problems.push(result)
    else templates.push(result)
  }
  return { templates, problems }
}

/**
 * One workflow: NAME.json with NAME.bindings.json beside it.
 *
 * @throws AppError `workflow_invalid`
 */
export async function loadTemplate(graphPath: string): Promise<Template> {
  const name = basename(graphPath, GRAPH_END)
  return loadPair(dirname(graphPath), name, await readTable(dirname(graphPath)))
}

/** The graph alone, whether or not it has bindings. @throws AppError `path_not_found`, `workflow_invalid` */
export async function loadGraph(
  graphPath: string,
): Promise<{ readonly name: string; readonly graph: Graph }> {
  const name = basename(graphPath, GRAPH_END)
  const json = await readJson(dirname(graphPath), basename(graphPath), name)
  if (json === undefined) throw new AppError('path_not_found', `There is no file ${graphPath}.`)
  return { name, graph: parseGraph(json, name) }
}

async function loadFolder(folder: string): Promise<ReadonlyMap<string, Template | AppError>> {
  const files = await listFolder(folder)
  const table = await readTable(folder)
  const ended = files.filter((file) => file.endsWith(GRAPH_END) && file !== TABLE)
  const names = new Set([
    ...ended.map((file) => basename(file, file.endsWith(BINDINGS_END) ? BINDINGS_END : GRAPH_END)),
  ])
  if (names.size > MAX_WORKFLOWS) {
    throw new AppError(
      'config_invalid',
      `The folder ${folder} has ${names.size} workflows; at most ${MAX_WORKFLOWS} are read.`,
    )
  }
  const loaded = new Map<string, Template | AppError>()
  for (const name of [...names].sort()) {
    loaded.set(name, await loadPair(folder, name, table).catch(toAppError))
  }
  return loaded
}

async function loadPair(
  folder: string,
  name: string,
  table: ReadonlyMap<string, unknown>,
): Promise<Template> {
  if (!NAME.test(name)) {
    throw workflowInvalid(name, 'needs a file name of letters, digits and _ . + - only')
  }
  const graph = await readJson(folder, `${name}${GRAPH_END}`, name)
  if (graph === undefined) throw workflowInvalid(name, `has bindings but no ${name}${GRAPH_END}`)
  const own = (await readJson(folder, `${name}${BINDINGS_END}`, name)) ?? table.get(name)
  const bindings = own ?? (await readBuiltInBindings()).get(name)
  if (bindings === undefined) {
    const advice = `run "infinitetalk workflows bind ${name}${GRAPH_END}" to write them`
    throw workflowInvalid(name, `has no bindings: ${advice}`)
  }
  return createTemplate(name, graph, bindings)
}

/** A copy of a shipped graph, changed or not, is bound as that graph is. */
function readBuiltInBindings(): Promise<ReadonlyMap<string, unknown>> {
  return readTable(builtInWorkflows())
}

async function readTable(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const json = await readJson(folder, TABLE, '*')
  return json === undefined ? new Map() : parseBindingsTable(json, TABLE)
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new AppError(
      'config_invalid',
      `The folder of workflows ${quote(folder)} cannot be read (${code}).`,
      { cause },
    )
  }
}

/** undefined when there is no such file. */
async function readJson(folder: string, fileName: string, name: string): Promise<unknown> {
  let text: string
  try {
    await using file = await openInputFile(join(folder, fileName), MAX_FILE_BYTES)
    text = Buffer.from(await file.read(0, file.bytes)).toString('utf8')
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'path_not_found') return undefined
    throw workflowInvalid(name, `cannot be read: ${error.detail.replace(/\.$/, '')}`, error)
  }
  try {
    // Editors on Windows begin a file with a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const at = /\(line \d+ column \d+\)/.exec((cause as Error).message)?.[0]
    throw workflowInvalid(
      name,
      `has ${fileName}, which is not valid JSON${at ? ` ${at}` : ''}`,
      cause,
    )
  }
}
