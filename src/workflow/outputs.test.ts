import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { findVideos, requireVideo } from './outputs.ts'

/** The answer of VideoHelperSuite, recorded. */
const COMBINED = {
  gifs: [
    {
      filename: 'p2_d316d8_00001-audio.mp4',
      subfolder: '',
      type: 'temp',
      format: 'video/h264-mp4',
      frame_rate: 25.0,
      workflow: 'p2_d316d8_00001.png',
      fullpath: '/comfy/run/temp/p2_d316d8_00001-audio.mp4',
    },
  ],
}
const TEXTS = { '293': { text: ['112'] }, '291': { text: ['1x64x64'] } }
const saved = (filename: string, subfolder = '', type = 'output') => ({
  images: [{ filename, subfolder, type }],
  animated: [true],
})

describe('the video of a run', () => {
  it('is found among all nodes and keys, temporary and in subfolders too', () => {
    expect(findVideos({ ...TEXTS, '131': COMBINED }, '131')).toEqual({
      videos: [
        { nodeId: '131', filename: 'p2_d316d8_00001-audio.mp4', subfolder: '', type: 'temp' },
      ],
      pictures: 0,
      refused: [],
    })
    expect(requireVideo({ '9': saved('a_00001_.mp4', 'video/jobs') }, '131')).toEqual({
      nodeId: '9',
      filename: 'a_00001_.mp4',
      subfolder: 'video/jobs',
      type: 'output',
    })
  })

  it('is that of the output node, wherever others stand', () => {
    const outputs = { '5': saved('preview.webm'), '131': COMBINED, '7': saved('depth.MKV') }
    expect(findVideos(outputs, '131').videos.map(({ nodeId }) => nodeId)).toEqual(['131', '5', '7'])
  })

  it('is named once, even when two nodes name it', () => {
    expect(findVideos({ '1': saved('a.mp4'), '2': saved('a.mp4') }, '1').videos).toHaveLength(1)
    const same = { '1': saved('a.mp4'), '2': saved('a.mp4', '', 'temp') }
    expect(findVideos(same, '1').videos).toHaveLength(2)
  })

  it('has the type of /view when none is said', () => {
    const outputs = { '1': { video: [{ filename: 'a.mp4' }] } }
    expect(requireVideo(outputs, '1')).toMatchObject({ type: 'output', subfolder: '' })
  })

  it.each([
    ['nothing', {}, 'no video'],
    ['no outputs at all', undefined, 'no video'],
    ['texts', TEXTS, 'no video'],
    ['one picture', { '9': saved('frame_00001_.png') }, '1 picture but no video'],
    [
      'pictures',
      { '9': { images: [{ filename: 'a.png' }, { filename: 'b.webp' }] } },
      '2 pictures but no video',
    ],
  ])('is missing when there is %s, and the error tells it', (_, outputs, sentence) => {
    expect(() => requireVideo(outputs, '131')).toThrow(sentence)
    expect(() => requireVideo(outputs, '131')).toThrow(/^output_missing/)
  })

  it.each([
    ['a.mp4', '../../etc', 'output'],
    ['a.mp4', 'jobs/../../etc', 'output'],
    ['a.mp4', '..', 'output'],
    ['a.mp4', '/etc', 'output'],
    ['a.mp4', '..\\..\\windows', 'output'],
    ['a.mp4', 'C:', 'output'],
    ['a.mp4', 'jobs//a', 'output'],
    ['a.mp4', './a', 'output'],
    ['a.mp4', 'jobs\0', 'output'],
    ['a.mp4', 'x'.repeat(1001), 'output'],
    ['a.mp4', 7, 'output'],
    ['a.mp4', '', 'models'],
    ['../a.mp4', '', 'output'],
    ['/etc/a.mp4', '', 'output'],
    ['C:\\a.mp4', '', 'output'],
    ['a\n.mp4', '', 'output'],
    [`${'x'.repeat(300)}.mp4`, '', 'output'],
  ])('fault 86: a name that leads elsewhere is never asked for: %j in %j of %j', (...names) => {
    const [filename, subfolder, type] = names
    const outputs = { '131': { gifs: [{ filename, subfolder, type }] } }
    expect(findVideos(outputs, '131')).toEqual({ videos: [], pictures: 0, refused: [filename] })
    expect(() => requireVideo(outputs, '131')).toThrow(/^output_missing.*not one of its folders/)
    const both = { ...outputs, '9': saved('good.mp4') }
    expect(requireVideo(both, '131').filename).toBe('good.mp4')
  })

  it('fault 86: whatever a server says, a name that is believed stays below its folder', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', 'a', 'b', ':', '\0', '\n', '')
    const name = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    const item = fc.record({ filename: name.map((text) => `${text}.mp4`), subfolder: name })
    const outputs = fc.dictionary(fc.string(), fc.dictionary(fc.string(), fc.array(item)))
    fc.assert(
      fc.property(fc.oneof(outputs, fc.jsonValue()), (json) => {
        for (const { filename, subfolder } of findVideos(json, '1').videos) {
          const path = new URL(`file:///root/${subfolder}/${filename}`.replaceAll('\\', '/'))
            .pathname
          expect(path.startsWith('/root/')).toBe(true)
          expect(`${subfolder}${filename}`).not.toMatch(/\p{Cc}|\\|:/u)
        }
        try {
          requireVideo(json, '1')
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError)
        }
      }),
    )
  })
})
