// Finds ffmpeg and ffprobe separately: the configured one, else a modern one on PATH, else the one from npm, else any on PATH.
// So `npm ci` alone suffices, and a patched system build is preferred.
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { npmToolPath } from './npm-tool.ts'
import { runTool } from './run-tool.ts'
import type { Tool, Tools } from './tool.ts'
import { parseToolVersion } from './tool-version.ts'

export interface FindToolsOptions {
  /** From the configuration. An unusable configured program is an error: it is never replaced silently. */
  readonly ffmpegPath: string | null
  readonly ffprobePath: string | null
  /** The value of PATH. */
  readonly searchPath: string
  readonly signal?: AbortSignal
}

/** @throws AppError `tool_missing`, which names the program to install; `config_invalid` when a configured path is not the program */
export async function findTools(options: FindToolsOptions): Promise<Tools> {
  const signal = options.signal ?? new AbortController().signal
  const [ffmpeg, ffprobe] = await Promise.all([
    findTool('ffmpeg', options.ffmpegPath, options.searchPath, signal),
    findTool('ffprobe', options.ffprobePath, options.searchPath, signal),
  ])
  return { ffmpeg, ffprobe }
}

async function findTool(
  name: Tool['name'],
  configuredPath: string | null,
  searchPath: string,
  signal: AbortSignal,
): Promise<Tool> {
  if (configuredPath !== null) {
    const configured = await identify(name, configuredPath, 'config', signal)
    if (configured !== null) return configured.tool
    throw new AppError(
      'config_invalid',
      `The configured ${name} is not a working ${name} program.`,
      {
        meta: { path: configuredPath },
      },
    )
  }
  const onPath = await firstOnPath(name, searchPath, signal)
  if (onPath?.modern) return onPath.tool
  const npmPath = await npmToolPath(name)
  const shipped = npmPath === null ? null : await identify(name, npmPath, 'npm', signal)
  const found = shipped ?? onPath
  if (found !== null) return found.tool
  throw new AppError(
    'tool_missing',
    `${name} was not found: install ffmpeg 5 or newer (apt-get install ffmpeg, brew install ffmpeg, winget install ffmpeg), or run npm ci with optional dependencies.`,
    { meta: { tool: name } },
  )
}

interface Identified {
  readonly tool: Tool
  readonly modern: boolean
}

async function firstOnPath(
  name: Tool['name'],
  searchPath: string,
  signal: AbortSignal,
): Promise<Identified | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue
    const found = await identify(name, join(folder, file), 'path', signal)
    if (found !== null) return found
  }
  return null
}

const VERSION_TIMEOUT_MS = 10_000

/** Null when the file at the path is not this program. */
async function identify(
  name: Tool['name'],
  path: string,
  origin: Tool['origin'],
  signal: AbortSignal,
): Promise<Identified | null> {
  const unknown: Tool = { name, path, origin, version: 'unknown', major: null }
  try {
    await access(path, constants.X_OK)
    const { stdout } = await runTool(unknown, ['-version'], {
      signal,
      timeoutMs: VERSION_TIMEOUT_MS,
    })
    const version = parseToolVersion(stdout.toString('utf8'))
    if (version === null) return null
    const tool = { ...unknown, version: version.text, major: version.major }
    return { tool, modern: version.modern }
  } catch (thrown) {
    if (signal.aborted) throw thrown
    if (thrown instanceof AppError && thrown.code === 'tool_killed') throw thrown
    return null
  }
}
