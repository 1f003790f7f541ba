// How far the mouth is open in every frame of a finished video, as the face mesh sees it.
import type { Tools } from '../../src/media/tool.ts'
import { measureFace } from './face-measures.ts'

/** The gap between the lips as a part of the forehead's height: one number a frame. */
export async function mouthOpenings(videoPath: string, tools: Tools): Promise<number[]> {
  return (await measureFace(videoPath, tools)).map(({ gap }) => gap)
}
