// Compares the node packs of a ComfyUI on this machine with the pinned commits. A difference is never an error: a pack may be loaded from
// another folder, another commit may work too, and the rows of the workflows check its nodes.
import { join } from 'node:path'
import type { Finding } from '../domain/finding.ts'
import {
  findNodePack,
  type InstalledPack,
  listNodePacks,
} from '../engines/comfyui/supervise/find-node-pack.ts'
import type { PinnedPack } from './pinned-versions.ts'
import { quotePath } from './quote-path.ts'

/** One row for each pinned pack. */
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
      'Unless ComfyUI loads it from another folder, clone it, install its requirements.txt (if any) with the Python of ComfyUI, ' +
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
    const detail = `${why} commit is unknown (pinned: ${short})${place}`
    return { subject, state: 'ok', detail, advice: null }
  }
  if (commit.startsWith(pin.commit)) {
    return { subject, state: 'ok', detail: `at the pinned commit ${short}${place}`, advice: null }
  }
  return {
    subject,
    state: 'warning',
    detail: `at commit ${abbreviate(commit)}, pinned: ${short}${place}`,
    advice:
      'It may work too. If a render fails in it, check out the pinned commit and restart ComfyUI:',
    commands: [
      `cd ${quotePath(folder)}`,
      `git fetch ${fetchable(pin)}`,
      `git checkout ${abbreviate(pin.commit)}`,
    ],
  }
}

/** From the original repository, because the checkout may be a fork. git fetches a single commit only by its full hash. */
function fetchable({ url, commit }: PinnedPack): string {
  return commit.length < 40 ? url : `${url} ${commit}`
}

function subjectOf(name: string): string {
  return `Node pack ${name}`
}

function abbreviate(commit: string): string {
  return commit.slice(0, 7)
}
