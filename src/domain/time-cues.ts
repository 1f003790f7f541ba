// Times the captions of a spoken piece. The program that spoke it does not say when each word was, so the parts share the time by
// their length, and a border between two parts moves to the pause that is near. The times are approximate.

/** A stretch of time, in seconds. */
export interface Span {
  readonly fromSeconds: number
  readonly toSeconds: number
}

export interface SpokenPiece extends Span {
  /** Silences between words, in order. */
  readonly pauses: readonly Span[]
}

/** How far a pause may be from where the border is expected, as a share of the parts beside it. */
const REACH = 0.6
/** A pause this much shorter is as good when it is a second nearer. */
const SECONDS_PER_SECOND = 0.3

/** @returns one span for each part, in order, without overlaps */
export function timeCues(parts: readonly string[], piece: SpokenPiece): readonly Span[] {
  const total = parts.reduce((sum, part) => sum + part.length, 0)
  const spans: Span[] = []
  let from = piece.fromSeconds
  let done = 0
  for (const [index, part] of parts.entries()) {
    done += part.length
    if (index === parts.length - 1) {
      spans.push({ fromSeconds: from, toSeconds: piece.toSeconds })
      break
    }
    const expected = atSpeech(done / total, piece)
    const beside = Math.min(part.length, parts[index + 1]!.length) / total
    const reach = REACH * beside * (piece.toSeconds - piece.fromSeconds)
    const border = nearestPause(piece.pauses, { from, expected, reach }) ?? {
      fromSeconds: Math.max(from, expected),
      toSeconds: Math.max(from, expected),
    }
    spans.push({ fromSeconds: from, toSeconds: border.fromSeconds })
    from = border.toSeconds
  }
  return spans
}

/** The moment at which this share of the speech, pauses not counted, is over. */
function atSpeech(share: number, { fromSeconds, toSeconds, pauses }: SpokenPiece): number {
  const silent = pauses.reduce((sum, pause) => sum + lengthOf(pause), 0)
  let left = share * (toSeconds - fromSeconds - silent)
  let at = fromSeconds
  for (const pause of pauses) {
    if (left <= pause.fromSeconds - at) break
    left -= pause.fromSeconds - at
    at = pause.toSeconds
  }
  return at + left
}

function nearestPause(
  pauses: readonly Span[],
  { from, expected, reach }: { from: number; expected: number; reach: number },
): Span | null {
  let best: Span | null = null
  let bestScore = Number.NEGATIVE_INFINITY
  for (const pause of pauses) {
    const distance = Math.max(0, pause.fromSeconds - expected, expected - pause.toSeconds)
    if (pause.fromSeconds <= from || distance > reach) continue
    const score = lengthOf(pause) - SECONDS_PER_SECOND * distance
    if (score <= bestScore) continue
    best = pause
    bestScore = score
  }
  return best
}

function lengthOf({ fromSeconds, toSeconds }: Span): number {
  return toSeconds - fromSeconds
}
