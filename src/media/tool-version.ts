// Reads the first line of `ffmpeg -version`. Releases are judged by their number, builds from git by their year.

export interface ToolVersion {
  /** As printed, e.g. `5.1.9-0+deb12u1`, `n7.1`, `N-47683-g0e8eb07980-static`, `2024-05-02-git-71669f2ad5-full`. */
  readonly text: string
  readonly major: number | null
  /** Whether it is preferred: release 5 (January 2022) or a git build of 2022 or later. */
  readonly modern: boolean
}

const FIRST_MODERN_MAJOR = 5
const FIRST_MODERN_YEAR = 2022

/** Null when the text is not from ffmpeg or ffprobe. */
export function parseToolVersion(output: string): ToolVersion | null {
  const text = /^ff(?:mpeg|probe) version (\S+)/.exec(output)?.[1]
  if (text === undefined) return null
  const release = /^n?(\d{1,2})(?:\.\d+)*(?![\d-]*-\d{2}-)/.exec(text)?.[1]
  if (release !== undefined) {
    const major = Number(release)
    return { text, major, modern: major >= FIRST_MODERN_MAJOR }
  }
  const year =
    /^(\d{4})-\d{2}-\d{2}/.exec(text)?.[1] ?? /Copyright \(c\) \d{4}-(\d{4})/.exec(output)?.[1]
  return { text, major: null, modern: Number(year) >= FIRST_MODERN_YEAR }
}
