// Compares the version of ComfyUI with the tested ones. Only a version older than all of them is a warning: ComfyUI is released every
// week, and each workflow is checked against the server anyway.
import type { Finding } from '../domain/finding.ts'

/** The workflows and the recorded answers of our tests come from this version and from the pinned one. */
const OLDEST_TRIED = '0.3.64'

/**
 * @param version as ComfyUI reports it; null when it does not
 * @param pinned the version in the GPU image; null when it is unknown
 * @param where folder or address, for a person
 */
export function examineVersion(
  version: string | null,
  pinned: string | null,
  where: string,
): Finding {
  const subject = 'ComfyUI'
  if (version === null) {
    return { subject, state: 'ok', detail: `unknown version, ${where}`, advice: null }
  }
  if (isOlder(version, OLDEST_TRIED)) {
    const advice = `Update ComfyUI: the oldest tested version is ${OLDEST_TRIED}.`
    return { subject, state: 'warning', detail: `${version}, ${where}`, advice }
  }
  return {
    subject,
    state: 'ok',
    detail: `${version}${remark(version, pinned)}, ${where}`,
    advice: null,
  }
}

function remark(version: string, pinned: string | null): string {
  if (pinned === null) return ''
  if (version === pinned) return ' (the pinned version)'
  return version === OLDEST_TRIED
    ? ` (tested, like the pinned ${pinned})`
    : ` (tested: ${pinned} and ${OLDEST_TRIED})`
}

/** Compares the numbers; a version without numbers is not older. */
function isOlder(version: string, than: string): boolean {
  const [ours, theirs] = [numbersOf(version), numbersOf(than)]
  if (ours.length === 0) return false
  for (const [index, number] of theirs.entries()) {
    const difference = (ours[index] ?? 0) - number
    if (difference !== 0) return difference < 0
  }
  return false
}

function numbersOf(version: string): readonly number[] {
  const [found] = /\d+(\.\d+)*/.exec(version) ?? []
  return found?.split('.').map(Number) ?? []
}
