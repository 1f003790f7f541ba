// Describes ffmpeg and ffprobe for the doctor: version, origin, and whether the needed encoders are there.
import type { Finding } from '../domain/finding.ts'
import { runTool } from './run-tool.ts'
import type { Tool, Tools } from './tool.ts'
import { parseToolVersion } from './tool-version.ts'

const TIMEOUT_MS = 10_000
const NEEDED_ENCODERS = ['libx264', 'aac']

export async function describeTools(
  tools: Tools,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const options = { signal, timeoutMs: TIMEOUT_MS }
  const { stdout } = await runTool(tools.ffmpeg, ['-encoders'], options)
  const encoders = encoderNames(stdout.toString('utf8'))
  const missing = NEEDED_ENCODERS.filter((name) => !encoders.has(name))
  return [
    await describeTool(tools.ffmpeg, options),
    await describeTool(tools.ffprobe, options),
    {
      subject: 'Encoders',
      state: missing.length === 0 ? 'ok' : 'missing',
      detail: missing.length === 0 ? NEEDED_ENCODERS.join(', ') : `no ${missing.join(', no ')}`,
      advice:
        missing.length === 0 ? null : 'Install an ffmpeg that was built with libx264 and aac.',
    },
  ]
}

const ORIGINS: Readonly<Record<Tool['origin'], string>> = {
  config: 'as configured',
  path: 'found on PATH',
  npm: 'came with npm',
}

async function describeTool(
  tool: Tool,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Finding> {
  const { stdout } = await runTool(tool, ['-version'], options)
  const modern = parseToolVersion(stdout.toString('utf8'))?.modern ?? false
  return {
    subject: tool.name,
    state: modern ? 'ok' : 'warning',
    detail: `${tool.version}, ${ORIGINS[tool.origin]}: ${tool.path}`,
    advice: modern
      ? null
      : 'It works, but it is an old build: a system ffmpeg 5 or newer gets security updates.',
  }
}

/** Lines such as ` V....D libx264              libx264 H.264 (codec h264)`. */
function encoderNames(listing: string): ReadonlySet<string> {
  return new Set([...listing.matchAll(/^ [VAS][.A-Z]{5} (\S+)/gm)].map((match) => match[1] ?? ''))
}
