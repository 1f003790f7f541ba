// Finds the video of a run in ComfyUI's list of outputs. Each node class has its own key for it, so all keys are searched. The
// names come from another machine: a name that leads out of ComfyUI's folders is never requested.
import { isRecord } from '@infinitetalk/contract/plain'
import { AppError } from '../domain/errors.ts'
import { quote } from './workflow-error.ts'

/** A file as GET /view takes it. */
export interface OutputFile {
  readonly nodeId: string
  readonly filename: string
  /** Empty for none. */
  readonly subfolder: string
  readonly type: 'output' | 'temp' | 'input'
}

export interface FoundOutputs {
  /** Files of the preferred node first, then in the order ComfyUI names them; each file once. */
  readonly videos: readonly OutputFile[]
  /** Number of pictures: a workflow may end in frames instead of a video. */
  readonly pictures: number
  /** Names of videos that were rejected as unsafe. */
  readonly refused: readonly string[]
}

const VIDEO = /\.(mp4|webm|mov|mkv|m4v|avi)$/i
const PICTURE = /\.(png|jpe?g|webp|gif|avif|tiff?|bmp)$/i
const TYPES = ['output', 'temp', 'input'] as const
/** More than any run names; a server may send anything. */
const MAX_FILES = 10_000
const MAX_NAME_CHARS = 255
const MAX_SUBFOLDER_CHARS = 1000

/** @param outputs the member `outputs` of a history entry: by node, by key, lists of files */
export function findVideos(outputs: unknown, preferredNode: string): FoundOutputs {
  const nodes = isRecord(outputs) ? Object.entries(outputs) : []
  const files = nodes
    .toSorted(([a], [b]) => Number(b === preferredNode) - Number(a === preferredNode))
    .flatMap(([nodeId, keys]) => (isRecord(keys) ? filesOf(nodeId, keys) : []))
    .slice(0, MAX_FILES)
  const videos = new Map<string, OutputFile>()
  const refused: string[] = []
  let pictures = 0
  for (const { nodeId, filename, item } of files) {
    if (PICTURE.test(filename)) pictures += 1
    if (!VIDEO.test(filename)) continue
    const file = toOutputFile(nodeId, filename, item)
    if (file === null) refused.push(filename)
    else videos.set(JSON.stringify([file.type, file.subfolder, filename]), file)
  }
  return { videos: [...videos.values()], pictures, refused }
}

/**
 * The video that is the result.
 *
 * @throws AppError `output_missing`, naming the outputs that exist instead
 */
export function requireVideo(outputs: unknown, preferredNode: string): OutputFile {
  const { videos, pictures, refused } = findVideos(outputs, preferredNode)
  if (videos[0] !== undefined) return videos[0]
  if (refused[0] !== undefined) {
    const sentence = `ComfyUI names the video ${quote(refused[0])} in a place that is not one of its folders.`
    throw new AppError('output_missing', sentence)
  }
  const instead =
    pictures === 0
      ? 'no video'
      : `${pictures} ${pictures === 1 ? 'picture' : 'pictures'} but no video`
  throw new AppError('output_missing', `The workflow succeeded, but produced ${instead}.`)
}

/** The pictures that one node saved, in its order, without those with an unsafe name. */
export function listPictures(
  output: Readonly<Record<string, unknown>>,
  nodeId: string,
): readonly OutputFile[] {
  return filesOf(nodeId, output)
    .filter(({ filename }) => PICTURE.test(filename))
    .flatMap(({ filename, item }) => toOutputFile(nodeId, filename, item) ?? [])
}

function filesOf(nodeId: string, keys: Readonly<Record<string, unknown>>) {
  return Object.values(keys)
    .flatMap((list) => (Array.isArray(list) ? list.slice(0, MAX_FILES) : []))
    .filter(isRecord)
    .flatMap((item) => {
      const { filename } = item
      return typeof filename === 'string' ? [{ nodeId, filename, item }] : []
    })
}

/** null when the name or the folder is unsafe. */
function toOutputFile(
  nodeId: string,
  filename: string,
  { subfolder = '', type = 'output' }: Readonly<Record<string, unknown>>,
): OutputFile | null {
  const known = TYPES.find((candidate) => candidate === type)
  if (known === undefined || typeof subfolder !== 'string') return null
  if (subfolder.length > MAX_SUBFOLDER_CHARS || filename.length > MAX_NAME_CHARS) return null
  const folders = subfolder === '' ? [] : subfolder.split('/')
  if (![...folders, filename].every(isPlainName)) return null
  return { nodeId, filename, subfolder, type: known }
}

/** One component of a path: no separator, no drive, no "..", nothing invisible. */
function isPlainName(name: string): boolean {
  return !/^\.{0,2}$|[/\\:\p{Cc}]/u.test(name)
}
