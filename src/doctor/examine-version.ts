// The version of ComfyUI beside those that were tried. A newer one is no reason to warn: ComfyUI comes out every week, and each
// workflow is checked against what the server has. An older one than any that was tried is.
import type { Finding } from '../domain/finding.ts'

/** The workflows and the recorded answers of our tests are of this one and of the pinned one. */
const OLDEST_TRIED = '0.3.64'

/**
 * @param version as ComfyUI says it; null when it does not
 * @param pinned what the GPU image has; null when that is not known
 * @param where folder or address, for a person
 */
export function examineVersion(
  version: string | null,
  pinned: string | null,
  where: string,
): Finding {
  const subject = 'ComfyUI'
  if (version === null) {
    return { subject, state: 'ok', detail: `of an unknown version, ${where}`, advice: null }
  }
  if (isOlder(version, OLDEST_TRIED)) {
    const advice = `Update ComfyUI: the oldest version that was tried is ${OLDEST_TRIED}.`
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
    ? ` (tried, as is the pinned ${pinned})`
    : ` (tried are ${pinned} and ${OLDEST_TRIED})`
}

/** By its numbers; what has none is not older. */
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
