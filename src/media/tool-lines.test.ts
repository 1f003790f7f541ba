import { expect, it } from 'vitest'
import { ToolLines } from './tool-lines.ts'

it('lines of a program come whole, wherever its output is cut', () => {
  const output = Buffer.from(
    'packet|pts=0|flags=K__\npacket|pts=512|flags=___\nstream|codec_name=h264',
  )
  for (let bytes = 1; bytes <= output.length; bytes += 1) {
    const lines: string[] = []
    const reader = new ToolLines((line) => lines.push(line))
    for (let at = 0; at < output.length; at += bytes) reader.push(output.subarray(at, at + bytes))
    reader.end()
    expect(lines).toEqual(String(output).split('\n'))
  }
})
