// Reads the versions that the GPU image is built from, for the doctor to compare an installation with. They are in the folder of the
// image; without that folder there is nothing to compare with, and nothing fails.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isRecord } from '@infinitetalk/contract/plain'

export interface PinnedPack {
  readonly name: string
  /** The commit of its repository. */
  readonly url: string
  /** The full hash, or its beginning. */
  readonly commit: string
}

export interface PinnedVersions {
  /** As ComfyUI reports it: `0.28.0`. */
  readonly comfyui: string
  readonly nodePacks: readonly PinnedPack[]
}

/** null when they are unknown. */
export async function readPinnedVersions(
  file = fileURLToPath(new URL('../../deploy/docker/pins.json', import.meta.url)),
): Promise<PinnedVersions | null> {
  try {
    return parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return null
  }
}

function parse(json: unknown): PinnedVersions | null {
  if (!isRecord(json) || !isRecord(json.comfyui) || !Array.isArray(json.nodePacks)) return null
  const { tag } = json.comfyui
  const packs: readonly unknown[] = json.nodePacks
  if (typeof tag !== 'string' || !packs.every(isPack)) return null
  return { comfyui: tag.replace(/^v/, ''), nodePacks: packs }
}

function isPack(json: unknown): json is PinnedPack {
  return isRecord(json) && [json.name, json.url, json.commit].every((it) => typeof it === 'string')
}
