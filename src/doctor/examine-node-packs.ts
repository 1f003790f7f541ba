// The node packs of a ComfyUI on this machine beside the commits that were tried. Nothing here is an error: a pack may be loaded
// from another folder, another commit may do as well, and whether its nodes are there and fit is what the workflows' rows say.
import { join } from 'node:path'
import type { Finding } from '../domain/finding.ts'
import {
  findNodePack,
  type InstalledPack,
  listNodePacks,
} from '../engines/comfyui/supervise/find-node-pack.ts'
import type { PinnedPack } from './pinned-versions.ts'
import { quotePath } from './quote-path.ts'

/** One row for each that is pinned. */
export async function examineNodePacks(
  comfyuiFolder: string,
  pinned: readonly PinnedPack[],
): Promise<readonly Finding[]> {
  const customNodes = join(comfyuiFolder, 'custom_nodes')
  const installed = await listNodePacks(customNodes)
  return pinned.map((pin) => {
    const found = findNodePack(installed, pin)
    return found === null ? describeMissing(pin, customNodes) : describeFound(pin, found)
  })
}

function describeMissing({ name, url, commit }: PinnedPack, customNodes: string): Finding {
  return {
    subject: subjectOf(name),
    state: 'warning',
    detail: `not in ${customNodes}`,
    advice:
      'Unless ComfyUI loads it from elsewhere, clone it, install its requirements.txt (if it has one) with the Python of ComfyUI, ' +
      'and restart ComfyUI:',
    commands: [
      `cd ${quotePath(customNodes)}`,
      `git clone ${url} ${name}`,
      `git -C ${name} checkout ${abbreviate(commit)}`,
    ],
  }
}

function describeFound(pin: PinnedPack, { name, folder, checkout }: InstalledPack): Finding {
  const subject = subjectOf(pin.name)
  const place = name.toLowerCase() === pin.name.toLowerCase() ? '' : `, in the folder ${name}`
  const short = abbreviate(pin.commit)
  const commit = checkout?.commit ?? null
  if (commit === null) {
    const why = checkout === null ? 'not a git checkout, its' : 'its'
    const detail = `${why} commit is not known (pinned is ${short})${place}`
    return { subject, state: 'ok', detail, advice: null }
  }
  if (commit.startsWith(pin.commit)) {
    return { subject, state: 'ok', detail: `at the pinned commit ${short}${place}`, advice: null }
  }
  return {
    subject,
    state: 'warning',
    detail: `at commit ${abbreviate(commit)}, pinned is ${short}${place}`,
    advice:
      'It may do as well. Should a render fail in it, check out the pinned commit and restart ComfyUI:',
    commands: [
      `cd ${quotePath(folder)}`,
      `git fetch ${fetchable(pin)}`,
      `git checkout ${abbreviate(pin.commit)}`,
    ],
  }
}

/** From the repository itself, as the checkout may be of a fork; a single commit can be asked for in full only. */
function fetchable({ url, commit }: PinnedPack): string {
  return commit.length < 40 ? url : `${url} ${commit}`
}

function subjectOf(name: string): string {
  return `Node pack ${name}`
}

function abbreviate(commit: string): string {
  return commit.slice(0, 7)
}
