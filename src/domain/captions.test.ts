import { describe, expect, it } from 'vitest'
import { toAss, writeCaptions } from './captions.ts'
import { packSentences, sentencesOf, splitWords } from './split-text.ts'
import { timeCues } from './time-cues.ts'

const cues = [
  { speaker: 'left', fromSeconds: 0.01, toSeconds: 1.5, text: 'Is 1 < 2 & {so}?' },
  { speaker: 'right', fromSeconds: 3661.25, toSeconds: 3662, text: 'Back\\nslash' },
] as const

describe('captions', () => {
  it('are SubRip with a comma', () => {
    expect(writeCaptions(cues, 'srt')).toBe(
      '1\n00:00:00,010 --> 00:00:01,500\nIs 1 < 2 & {so}?\n\n2\n01:01:01,250 --> 01:01:02,000\nBack\\nslash\n',
    )
  })

  it('are WebVTT with escaped words, the speakers, and the word that times are approximate', () => {
    const text = writeCaptions(cues, 'vtt')
    expect(text.startsWith('WEBVTT\n\nNOTE Times are approximate')).toBe(true)
    expect(text).toContain('00:00:00.010 --> 00:00:01.500\n<v A>Is 1 &lt; 2 &amp; {so}?\n')
    expect(writeCaptions([cues[0]], 'vtt')).not.toContain('<v A>')
  })

  it('cannot smuggle commands of libass in', () => {
    const text = toAss(cues, { width: 640, height: 360 })
    expect(text).toContain(',,Is 1 < 2 & \\{so\\}?\n')
    expect(text).toContain(',,Back\\\u2060nslash\n')
    expect(text).toContain('Dialogue: 0,1:01:01.25,1:01:02.00,')
  })
})

describe('a text', () => {
  it('is split into sentences, pieces and lines without losing a word', () => {
    const text =
      'Dr. Who came at 3.5 p.m. today. "Really?" she asked!\nYes, and there was a very long story to tell, which took the whole night, with tea.'
    const sentences = sentencesOf(text, 'en')
    expect(sentences.at(-1)).toMatch(/^Yes, .* tea\.$/)
    const lines = sentences.flatMap((sentence) => splitWords(sentence, 40, 'en'))
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
    expect(lines.join(' ')).toBe(text.replace('\n', ' '))
    expect(packSentences(sentences, 60, 'en').join(' ')).toBe(text.replace('\n', ' '))
  })

  it('is split where words have no spaces, and where a word has no end', () => {
    const chinese = '今天天气很好我们一起去公园散步吧然后再去吃饭'.repeat(4)
    const lines = splitWords(chinese, 30, 'zh')
    expect(lines.join('')).toBe(chinese)
    expect(splitWords('x'.repeat(500), 40, null).every((line) => line.length <= 40)).toBe(true)
  })
})

describe('the times of captions', () => {
  const piece = {
    fromSeconds: 1,
    toSeconds: 9,
    pauses: [
      { fromSeconds: 2, toSeconds: 2.15 },
      { fromSeconds: 4.6, toSeconds: 5.1 },
    ],
  }

  it('follow the pause that is near, and the length of the words elsewhere', () => {
    const spans = timeCues(['a'.repeat(40), 'b'.repeat(20), 'c'.repeat(20)], piece)
    expect(spans[0]).toEqual({ fromSeconds: 1, toSeconds: 4.6 })
    expect(spans[1]?.fromSeconds).toBe(5.1)
    expect(spans[1]?.toSeconds).toBeCloseTo(7.16, 1)
    expect(spans.at(-1)?.toSeconds).toBe(9)
  })

  it('never overlap, whatever the pauses are', () => {
    for (let parts = 1; parts < 30; parts += 1) {
      const spans = timeCues(
        Array.from({ length: parts }, () => 'word'),
        piece,
      )
      expect(spans).toHaveLength(parts)
      for (const [index, { fromSeconds, toSeconds }] of spans.entries()) {
        expect(toSeconds).toBeGreaterThanOrEqual(fromSeconds)
        expect(fromSeconds).toBeGreaterThanOrEqual(spans[index - 1]?.toSeconds ?? 1)
      }
    }
  })
})
