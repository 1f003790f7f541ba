import { describe, expect, it } from 'vitest'
import { type FacePose, REST_POSE } from '../pose.ts'
import { PoseTrack } from './pose-track.ts'

describe('a track of poses', () => {
  it('begins at rest', () => {
    expect(new PoseTrack(2).at(1)).toEqual(REST_POSE)
  })

  it('gives back every channel of every pose', () => {
    const track = new PoseTrack(3)
    const channels = Object.keys(REST_POSE) as (keyof FacePose)[]
    const poseOf = (frame: number): FacePose =>
      Object.fromEntries(
        channels.map((channel, c) => [channel, frame + c / 16]),
      ) as unknown as FacePose
    for (const frame of [0, 1, 2]) track.set(frame, poseOf(frame))
    expect([0, 1, 2].map((frame) => track.at(frame))).toEqual([0, 1, 2].map(poseOf))
  })

  it.each([-1, 3, 0.5, Number.NaN])('has no frame %d', (frame) => {
    const track = new PoseTrack(3)
    expect(() => track.at(frame)).toThrow(RangeError)
    expect(() => track.set(frame, REST_POSE)).toThrow(RangeError)
  })
})
