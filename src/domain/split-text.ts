// Splits a text for speech and for captions: into sentences, into pieces that a speech server accepts, and into lines that are read
// at a glance.

/** The sentences of a text; a line break ends one too. */
export function sentencesOf(text: string, language: string | null): readonly string[] {
  const segmenter = segmenterOf('sentence', language)
  return text
    .split('\n')
    .flatMap((row) => [...segmenter.segment(row)].map(({ segment }) => collapse(segment)))
    .filter((sentence) => sentence !== '')
}

/** Whole sentences, at most `maxChars` together; a longer sentence is split between words. */
export function packSentences(
  sentences: readonly string[],
  maxChars: number,
  language: string | null,
): readonly string[] {
  const pieces: string[] = []
  for (const part of sentences.flatMap((sentence) => splitWords(sentence, maxChars, language))) {
    const last = pieces.at(-1)
    if (last !== undefined && last.length + 1 + part.length <= maxChars) {
      pieces[pieces.length - 1] = `${last} ${part}`
    } else pieces.push(part)
  }
  return pieces
}

/** Parts of about equal length, each at most `maxChars`, split after a comma where there is one near. */
export function splitWords(
  sentence: string,
  maxChars: number,
  language: string | null,
): readonly string[] {
  if (sentence.length <= maxChars) return [sentence]
  const target = sentence.length / Math.ceil(sentence.length / maxChars)
  const parts: string[] = []
  let part = ''
  for (const { segment } of segmenterOf('word', language).segment(sentence)) {
    const endsClause = /[,;:、，；—–]\s*$/u.test(part) && part.length > target * CLAUSE_SHARE
    const isPunctuation = /^[\p{P}\p{S}]+$/u.test(segment)
    const isFull = part.length + segment.length > (isPunctuation ? maxChars : target)
    if (part !== '' && (isFull || endsClause)) {
      parts.push(part.trim())
      part = ''
    }
    for (const piece of hardSplit(segment, maxChars))
      part = joinWithin(part, piece, maxChars, parts)
  }
  return [...parts, part.trim()].filter((one) => one !== '')
}

/** A clause is a part of its own once it fills this share of one. */
const CLAUSE_SHARE = 0.6

function joinWithin(part: string, piece: string, maxChars: number, parts: string[]): string {
  if (part.length + piece.length <= maxChars) return part + piece
  parts.push(part.trim())
  return piece
}

/** A word without end is no word. */
function hardSplit(segment: string, maxChars: number): readonly string[] {
  const characters = [...segment]
  const pieces: string[] = []
  const size = Math.max(1, Math.floor(maxChars / 2))
  for (let at = 0; at < characters.length; at += size) {
    pieces.push(characters.slice(at, at + size).join(''))
  }
  return pieces
}

function segmenterOf(granularity: 'sentence' | 'word', language: string | null): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language ?? 'en', { granularity })
  } catch {
    return new Intl.Segmenter('en', { granularity })
  }
}

function collapse(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim()
}
