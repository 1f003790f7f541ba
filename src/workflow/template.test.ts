import { describe, expect, it } from 'vitest'
import { createTemplate, defaultTemplateName, findTemplate } from './template.ts'

const GRAPH = {
  '1': { class_type: 'LoadImage', inputs: { image: 'a.png' }, _meta: { title: 'Portrait' } },
  '2': { class_type: 'LoadAudio', inputs: { audio: 'a.wav' }, _meta: { title: 'Left voice' } },
  '3': { class_type: 'LoadAudio', inputs: { audio: 'b.wav' }, _meta: { title: 'Right voice' } },
  '4': { class_type: 'VHS_LoadVideo', inputs: { video: 'a.mp4' } },
  '5': { class_type: 'SaveVideo', inputs: { video: ['9', 0], filename_prefix: 'video' } },
}
const OUTPUT = { node: '5', class: 'SaveVideo' }
const IMAGE = { node: '1', class: 'LoadImage', input: 'image' }

const withParameters = (parameters: unknown) =>
  createTemplate('mine', GRAPH, { output: OUTPUT, parameters })

describe('a workflow', () => {
  it('needs nothing but an image and an output', () => {
    expect(withParameters({ image: IMAGE })).toMatchObject({
      name: 'mine',
      inputType: 'image',
      speakers: 1,
      outputNode: '5',
      bindings: new Map([['image', [{ nodeId: '1', input: 'image' }]]]),
    })
  })

  it('that takes a video sets lips anew; one that takes a second voice has two speakers', () => {
    const video = { class: 'VHS_LoadVideo', input: 'video' }
    const audio_2 = { class: 'LoadAudio', title: 'Right voice', input: 'audio' }
    expect(withParameters({ video, audio_2 })).toMatchObject({ inputType: 'video', speakers: 2 })
  })

  it('without a place for a picture or a video is refused', () => {
    expect(() => withParameters({})).toThrow('neither "image" nor "video"')
  })

  it('is found whatever the case of its name', () => {
    const template = withParameters({ image: IMAGE })
    expect(findTemplate([template], 'MINE')).toBe(template)
    expect(findTemplate([template], 'yours')).toBeUndefined()
  })

  it('is chosen by what goes in and how many speak', () => {
    expect(defaultTemplateName('image', 1)).toBe('I2V_single')
    expect(defaultTemplateName('video', 2)).toBe('V2V_multi')
  })
})

describe('a binding', () => {
  const targetOf = (target: unknown) =>
    withParameters({ image: IMAGE, audio: target }).bindings.get('audio')

  it('finds its node by id', () => {
    expect(targetOf({ node: '3', class: 'LoadAudio', input: 'audio' })).toEqual([
      { nodeId: '3', input: 'audio' },
    ])
  })

  it('finds a node that was given another id by its class and title', () => {
    const moved = { node: '1', class: 'LoadAudio', title: 'Left voice', input: 'audio' }
    expect(targetOf(moved)).toEqual([{ nodeId: '2', input: 'audio' }])
    expect(targetOf({ ...moved, node: '77' })).toEqual([{ nodeId: '2', input: 'audio' }])
  })

  it('may lead to several inputs', () => {
    const both = ['2', '3'].map((node) => ({ node, class: 'LoadAudio', input: 'audio' }))
    expect(targetOf(both)).toHaveLength(2)
  })

  it.each([
    ['a class that is not there', { class: 'LoadSound', input: 'audio' }, 'has no LoadSound'],
    [
      'an id of another class',
      { node: '1', class: 'LoadSound', input: 'audio' },
      'node 1 (LoadImage, "Portrait") is another class',
    ],
    ['a class that is there twice', { class: 'LoadAudio', input: 'audio' }, 'has 2 nodes'],
    ['an input that is misspelt', { node: '2', class: 'LoadAudio', input: 'adio' }, 'it has audio'],
    ['no input', { node: '2', class: 'LoadAudio' }, 'no "input"'],
    ['no class', { node: '2', input: 'audio' }, 'no "class"'],
    ['a number for an id', { node: 2, class: 'LoadAudio', input: 'audio' }, 'not an id'],
    ['a member too many', { ...IMAGE, kind: 'x' }, 'unknown "kind"'],
    ['no target at all', [], 'to 0 inputs'],
    ['a text', '2.audio', 'no object'],
  ])('with %s is refused, and says why', (_, target, sentence) => {
    expect(() => targetOf(target)).toThrow(sentence)
  })

  it('of a parameter that does not exist is refused with the one that was meant', () => {
    expect(() => withParameters({ image: IMAGE, audio2: IMAGE })).toThrow(
      'perhaps "audio_2" is meant',
    )
  })
})

describe('a file of bindings', () => {
  it.each([
    ['a list', []],
    ['no output', { parameters: {} }],
    ['no parameters', { output: OUTPUT }],
    ['another member', { output: OUTPUT, parameters: {}, speakers: 1 }],
    ['an output that is not there', { output: { class: 'SaveImage' }, parameters: {} }],
  ])('with %s is refused', (_, json) => {
    expect(() => createTemplate('mine', GRAPH, json)).toThrow(/^workflow_invalid: The workflow/)
  })
})
