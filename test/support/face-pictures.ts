// Pictures for tests of the face models, made when they are needed: the shipped portraits turned, cut and scaled, and drawings of
// things that are not human faces.
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import type { RgbImage } from '../../src/vision/rgb-image.ts'

export function examplePath(name: string): string {
  return fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))
}

export async function toRgbImage(picture: Sharp): Promise<RgbImage> {
  const { data, info } = await picture
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: new Uint8Array(data), width: info.width, height: info.height }
}

export async function example(name: string): Promise<RgbImage> {
  return toRgbImage(sharp(examplePath(name)))
}

/** The portrait with everything right of the middle of its face hidden behind a plain wall. */
export async function halfHiddenPortrait(): Promise<RgbImage> {
  const wall = { width: 384, height: 768, channels: 3 as const, background: '#667788' }
  const layers = [{ input: { create: wall }, left: 384, top: 0 }]
  return toRgbImage(sharp(examplePath('portrait.png')).composite(layers))
}

/** Turns the head of a centred portrait as if it were a picture on a column: positive to the picture's right. */
export function turnHead(image: RgbImage, degrees: number): RgbImage {
  const { data, width, height } = image
  const radius = width / 4
  const turned = new Uint8Array(data.length)
  for (let x = 0; x < width; x++) {
    const across = (x - width / 2) / radius
    const angle = Math.asin(Math.max(-1, Math.min(1, across))) - (degrees * Math.PI) / 180
    const onColumn = width / 2 + radius * Math.sin(Math.max(-Math.PI / 2, angle))
    const source = Math.abs(across) < 1 ? Math.round(onColumn) : x
    for (let y = 0; y < height; y++) {
      const from = (y * width + source) * 3
      turned.set(data.subarray(from, from + 3), (y * width + x) * 3)
    }
  }
  return { data: turned, width, height }
}

/** A portrait with the face `height` pixels high, in a plain picture with the given side. */
export async function smallFace(
  height: number,
  side: number,
  place: 'center' | 'southeast' = 'center',
): Promise<RgbImage> {
  const facePartOfPortrait = 0.488
  const portraitSide = Math.round(height / facePartOfPortrait)
  const portrait = await sharp(examplePath('portrait.png')).resize(portraitSide).toBuffer()
  const plain = { width: side, height: side, channels: 3 as const, background: '#778899' }
  return toRgbImage(sharp({ create: plain }).composite([{ input: portrait, gravity: place }]))
}

/** A shipped picture scaled to the given side and turned clockwise. */
export async function turnedExample(
  name: string,
  { side, degrees }: { readonly side: number; readonly degrees: number },
): Promise<RgbImage> {
  const scaled = await sharp(examplePath(name)).resize(side, side, { fit: 'inside' }).toBuffer()
  return toRgbImage(sharp(scaled).rotate(degrees))
}

/** Degrees between the roll that was measured and the turn of the picture, 0 to 180. */
export function rollError(roll: number, degrees: number): number {
  return Math.abs(((roll - degrees + 540) % 360) - 180)
}

/** The same on every run. */
export function noise(side: number): RgbImage {
  let state = 1
  const data = new Uint8Array(side * side * 3).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
  return { data, width: side, height: side }
}

export type Drawing = 'blank wall' | 'apple' | 'cat'

const DRAWINGS: Readonly<Record<Drawing, string>> = {
  'blank wall': '',
  apple: `
    <circle cx="256" cy="280" r="150" fill="#cc2222"/>
    <path d="M256 150 q10 -60 40 -70" stroke="#663300" stroke-width="12" fill="none"/>
    <ellipse cx="310" cy="110" rx="50" ry="22" fill="#33aa33"/>`,
  cat: `
    <path d="M120 90 L190 200 L110 240 Z M392 90 L322 200 L402 240 Z" fill="#555555"/>
    <ellipse cx="256" cy="290" rx="160" ry="140" fill="#777777"/>
    <ellipse cx="195" cy="260" rx="32" ry="26" fill="#ddcc44"/><ellipse cx="195" cy="260" rx="8" ry="24"/>
    <ellipse cx="317" cy="260" rx="32" ry="26" fill="#ddcc44"/><ellipse cx="317" cy="260" rx="8" ry="24"/>
    <path d="M240 320 h32 l-16 18z" fill="#dd8888"/>
    <path d="M256 338 q-25 35 -50 12 M256 338 q25 35 50 12" stroke="#222222" stroke-width="4" fill="none"/>
    <path d="M150 330 l-110 -15 M150 345 l-110 10 M362 330 l110 -15 M362 345 l110 10" stroke="#222222"/>`,
}

export async function drawing(name: Drawing): Promise<RgbImage> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512">
    <rect width="512" height="512" fill="#99aabb"/>${DRAWINGS[name]}</svg>`
  return toRgbImage(sharp(Buffer.from(svg)))
}
