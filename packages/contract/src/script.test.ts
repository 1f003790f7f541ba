import { describe, expect, it } from 'vitest'
import { createGenerationRequestParser } from './parse-generation-request.ts'
import { readScript } from './script.ts'

const parse = createGenerationRequestParser()
const image = { file_id: 'file_1' }
const parsed = (audio: unknown, more: object = {}) => parse({ image, audio, ...more })
const problems = (audio: unknown, more: object = {}) => {
  const result = parsed(audio, more)
  return result.ok ? [] : result.problems.map(({ code, pointer }) => `${code} ${pointer}`)
}
const spec = (audio: unknown) => {
  const result = parsed(audio)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.spec
}

describe('a script', () => {
  it('is read as turns; a line without a label continues the one before', () => {
    expect(readScript('A: One.\nstill A\r\nB:two\n\nA: three')).toEqual({
      ok: true,
      speakers: 2,
      lines: [
        { speaker: 'left', text: 'One.\nstill A' },
        { speaker: 'right', text: 'two' },
        { speaker: 'left', text: 'three' },
      ],
    })
  })

  it('without labels is the text of one person, as is one with one label', () => {
    expect(readScript('Hello.\nYou.')).toMatchObject({
      speakers: 1,
      lines: [{ text: 'Hello.\nYou.' }],
    })
    expect(readScript('B: Hello.')).toMatchObject({ speakers: 1, lines: [{ speaker: 'right' }] })
  })

  it.each(['', ' \n ', 'Hello\nA: you', 'A: hello\nB: ...', 'A:'])('rejects %j', (text) => {
    expect(readScript(text)).toMatchObject({ ok: false })
  })
})

describe('an audio that is a text', () => {
  it('has no voice until it is spoken', () => {
    const { voices, personCount, script, dialogue } = spec({
      text: 'Hi',
      voice: 'en-us',
      language: 'en-US',
    })
    expect({ voices, personCount, dialogue }).toEqual({ voices: [], personCount: 'single' })
    expect(script).toMatchObject({
      voices: { left: 'en-us', right: 'en-us' },
      language: 'en-US',
      spoken: null,
    })
  })

  it('is a dialogue with two speakers', () => {
    const boxes = { left: [0, 0, 0.5, 1] }
    const { personCount, script, dialogue } = spec({
      text: 'A: Hi\nB: Ho',
      voice: ['x', 'y'],
      boxes,
    })
    expect(personCount).toBe('multi')
    expect(script?.voices).toEqual({ left: 'x', right: 'y' })
    expect(dialogue).toEqual({ turns: [], boxes: { left: [0, 0, 0.5, 1], right: null } })
  })

  it('is rejected by the name of what contradicts it', () => {
    expect(problems({ text: 'Hi', url: 'https://example.com/a' })).toEqual([
      'input_ambiguous /audio',
    ])
    expect(problems({ text: 'A: Hi\nB: Ho' }, { person_count: 'single' })).toEqual([
      'input_ambiguous /audio',
    ])
    expect(problems({ text: 'Hi' }, { person_count: 'multi' })).toEqual(['input_missing /audio'])
    expect(problems({ text: 'Hi', voice: ['a', 'b'] })).toEqual(['invalid_request /audio/voice'])
    expect(problems({ text: 'A: Hi\nB: Ho', box: [0, 0, 1, 1] })).toEqual([
      'invalid_request /audio/box',
    ])
    expect(problems({ text: 'x'.repeat(10_001) })).toEqual(['invalid_request /audio/text'])
    expect(problems({ text: 'Hi', voice: '-w/etc/passwd' })).toEqual([
      'invalid_request /audio/voice',
    ])
    expect(problems({ text: 'Hi', voice: 'a/../b' })).toEqual(['invalid_request /audio/voice'])
    expect(problems([{ text: 'Hi' }, { text: 'Ho' }])).toEqual([
      'invalid_request /audio/0/text',
      'invalid_request /audio/1/text',
      'input_missing /audio/0',
      'input_missing /audio/1',
    ])
    expect(problems({ url: 'https://example.com/a', voice: 'x' })).toEqual([
      'invalid_request /audio/voice',
    ])
    expect(problems({ url: 'https://example.com/a' }, { captions: 'burn' })).toEqual([
      'invalid_request /captions',
    ])
  })
})

describe('turns', () => {
  const url = 'https://example.com/a.wav'
  const turn = (speaker: string, from_s: number, to_s: number) => ({ speaker, from_s, to_s })

  it('make one sound a dialogue of two people', () => {
    const turns = [turn('right', 2, 3), turn('left', 0, 2)]
    const { voices, personCount, dialogue } = spec({ url, turns })
    expect(voices).toHaveLength(1)
    expect(personCount).toBe('multi')
    expect(dialogue?.turns).toEqual([
      { speaker: 'left', fromSeconds: 0, toSeconds: 2 },
      { speaker: 'right', fromSeconds: 2, toSeconds: 3 },
    ])
  })

  it('are rejected by number when they overlap or end before they begin', () => {
    expect(problems({ url, turns: [turn('left', 0, 2), turn('right', 1.5, 3)] })).toEqual([
      'invalid_request /audio/turns/1',
    ])
    expect(problems({ url, turns: [turn('left', 2, 2)] })).toEqual([
      'invalid_request /audio/turns/0',
    ])
    expect(problems({ url, turns: [turn('left', 0, 601)] })).toEqual([
      'invalid_request /audio/turns/0/to_s',
    ])
    expect(problems({ url, turns: [turn('left', 0, 1)], box: [0, 0, 1, 1] })).toEqual([
      'invalid_request /audio/box',
    ])
    expect(problems({ url, turns: [turn('left', 0, 1)] }, { person_count: 'single' })).toEqual([
      'input_ambiguous /audio',
    ])
    expect(problems({ url, boxes: {} })).toEqual(['invalid_request /audio/boxes'])
  })
})
