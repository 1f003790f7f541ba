// The pins as data: what is shipped holds, and what would make a build depend on the day it is run is refused.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listPins, parsePins } from '../../deploy/docker/read-pins.ts'
import { ROOT } from '../support/run-infinitetalk.ts'

const text = readFileSync(join(ROOT, 'deploy/docker/pins.json'), 'utf8')
const pins = parsePins(text)

/** The shipped pins with one value in another's place; the path is parted by points. */
function withValue(path: string, value: unknown): string {
  const copy = JSON.parse(text) as Record<string, unknown>
  const keys = path.split('.')
  const owner = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
  owner[keys.at(-1)!] = value
  return JSON.stringify(copy)
}

describe('the pins', () => {
  it('name ComfyUI by tag and commit, and the node packs that our graphs need', () => {
    expect(pins.comfyui).toMatchObject({ tag: 'v0.28.0', commit: expect.stringMatching(/^7008/) })
    expect(pins.nodePacks.map(({ name, commit }) => [name, commit.slice(0, 7)])).toEqual([
      ['ComfyUI-WanVideoWrapper', '088128b'],
      ['ComfyUI-KJNodes', '3f20054'],
      ['ComfyUI-VideoHelperSuite', '4ee72c0'],
      ['ComfyUI-MelBandRoFormer', 'b40e263'],
    ])
  })

  it('leave ComfyUI-Manager out, which installs code over HTTP', () => {
    expect(text).not.toMatch(/manager/i)
  })

  it('keep transformers below 5, which no longer gives wav2vec2 out layer by layer', () => {
    const [, major] = pins.pythonConstraints
      .map((constraint) => /^transformers==(\d+)\./.exec(constraint))
      .find((found) => found !== null)!
    expect(Number(major)).toBeLessThan(5)
  })

  it('are the versions that the guide tells', () => {
    const guide = readFileSync(join(ROOT, 'docs/guide/docker.md'), 'utf8')
    const versions = [
      ...Object.values(pins.images).map((image) => /:([\d.]+)/.exec(image)?.[1]),
      pins.comfyui.tag,
      ...pins.pythonConstraints.map((constraint) => constraint.split('==')[1]),
    ]
    for (const version of versions) expect(guide).toContain(version)
  })

  it.each([
    ['images.node', 'node'],
    ['images.node', 'node:latest'],
    ['images.cuda', undefined],
    ['comfyui.tag', 'master'],
    ['comfyui.commit', 'v0.28.0'],
    ['comfyui.commit', '700821E1364EAAB0E8F21C538A2131719FEC57BF'],
    ['comfyui.url', 'http://example.org/ComfyUI.git'],
    ['comfyui.url', '--upload-pack=touch /tmp/x'],
    ['nodePacks.0.commit', 'main'],
    ['nodePacks.0.name', '../../etc'],
    ['nodePacks', []],
    ['pythonConstraints', []],
    ['pythonConstraints.0', 'torch'],
    ['pythonConstraints.0', '--index-url=x'],
    ['pythonConstraints.0', 'torch==2.13.0\nevil'],
  ])('refuse %s = %j', (path, value) => {
    expect(() => parsePins(withValue(path, value))).toThrow(path.replace(/\.(\d)/, '[$1]'))
  })

  it('come to the scripts as lines that cannot be read wrongly', () => {
    const lines = listPins(pins).map((line) => line.split('\t'))
    expect(lines[0]).toEqual(['comfyui', pins.comfyui.url, pins.comfyui.commit, 'v0.28.0'])
    expect(lines.filter(([kind]) => kind === 'pack')).toHaveLength(pins.nodePacks.length)
    for (const field of lines.flat()) expect(field).toMatch(/^[^\s]+$/)
  })
})
